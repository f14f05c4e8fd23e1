import { textShape, type TokenShape } from './token-shape.ts';

/** A Firebase installation id, which is an address of its own kind (Android messaging 25.1.2, iOS 12.19 and later): 22 characters behind `fid:`. */
const installationId = /^fid:[\w-]{22}$/;
const tokens = textShape(32);

export const fcmTokens: TokenShape = {
  ...tokens,
  form: (token) => (typeof token === 'string' && installationId.test(token) ? { text: token } : tokens.form(token)),
};
