import type { Installation } from '../installation.ts';

/** What a send asks of its recipients (R42). */
export interface RecipientOptions {
  /** `subscribed` (default) takes subscribed and opted-in users, `opted_in` only those, `all` everyone (transactional sends). */
  readonly subscription: 'subscribed' | 'opted_in' | 'all';
  /** A silent message needs a token, and no permission to show anything. */
  readonly silent: boolean;
}

export type Recipient = Pick<Installation, 'subscription' | 'notificationsEnabled'> & { readonly hasToken: boolean };
export type RecipientSuppression = 'unsubscribed' | 'no_token' | 'not_foreground';

/** Why a targeted installation is not sent to, null where it is (R39, R42): the person's wish first, then the address, then the device. */
export function suppressionOf(recipient: Recipient, options: RecipientOptions): RecipientSuppression | null {
  if (!wants(recipient, options.subscription)) return 'unsubscribed';
  if (!recipient.hasToken) return 'no_token';
  return options.silent || recipient.notificationsEnabled ? null : 'not_foreground';
}

/** What a send without options of its own does: subscribed or opted in, with a token, in the foreground. */
export function isDefaultRecipient(recipient: Recipient): boolean {
  return suppressionOf(recipient, { subscription: 'subscribed', silent: false }) === null;
}

function wants({ subscription }: Recipient, asked: RecipientOptions['subscription']): boolean {
  switch (asked) {
    case 'all':
      return true;
    case 'opted_in':
      return subscription === 'opted_in';
    case 'subscribed':
      return subscription !== 'unsubscribed';
  }
}
