import type { PushToken } from '#libs/kernel';

/** Makes a token that a provider moved fit for an event: sealed, so that nobody who reads the topic can send to it. */
export abstract class MovedTokens {
  /** Bound to the app: under another one it does not open. */
  abstract seal(app: string, token: PushToken): string;
}
