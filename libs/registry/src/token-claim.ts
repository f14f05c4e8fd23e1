import { PushToken } from '#libs/kernel';
import type { Kind } from './field-kinds.ts';
import type { TokenClaim } from './installation-values.ts';

type Stored = Omit<TokenClaim, 'token'> & { readonly token: string };

/** Kept as an object; the claimed token is revealed in it, to be stored. */
export const claim: Kind<TokenClaim> = {
  name: 'secret',
  toColumn: () => null,
  fromColumn: () => {
    throw new Error('A claim has no column');
  },
  toDocument: ({ token, ...rest }): Stored => ({ ...rest, token: token.reveal() }),
  fromDocument: (value) => {
    const { token, ...rest } = value as Stored;
    return { ...rest, token: new PushToken(token) };
  },
  shown: () => undefined,
};
