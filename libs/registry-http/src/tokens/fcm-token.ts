import { textShape, type TokenShape } from './token-shape.ts';

/** A Firebase installation id, which is an address of its own kind (Android messaging 25.1.2, iOS 12.19 and later): 22 characters behind `fid:`. */
const installationId = /^fid:[\w-]{22}$/;
const tokens = textShape(32);

export const fcmTokens: TokenShape = {
  ...tokens,
  form: (token) => (typeof token === 'string' && installationId.test(token) ? { text: token } : tokens.form(token)),
};

/** A topic of FCM: its name without `/topics/`. */
export const TOPIC_NAME = /^[a-zA-Z0-9_.~%-]{1,900}$/;
