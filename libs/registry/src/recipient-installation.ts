import type { Installation } from './installation.ts';

/**
 * What sending to an installation needs to know of it: read for every message, so no more than that. `userId`, `subscription` and, where they are asked
 * for, `externalId`, `userTags` and `userAttributes` are the user's own, merges followed; the installation's copies where the user's document is not there.
 */
export type RecipientInstallation = Pick<
  Installation,
  | 'id' | 'userId' | 'externalId' | 'ownerEpoch' | 'subscription' | 'userTags' | 'userAttributes' | 'platform' | 'provider' | 'environment'
  | 'bundleId' | 'token' | 'tokenFingerprint' | 'tokenConfirmedAt' | 'tokenImported' | 'notificationsEnabled' | 'locale' | 'attributes'
>; // prettier-ignore

/** What texts may speak of beyond what sending needs; null, or empty, where nobody asks for it. */
export type RecipientExtra = 'attributes' | 'externalId' | 'userTags' | 'userAttributes';
export const RECIPIENT_EXTRAS: readonly RecipientExtra[] = ['attributes', 'externalId', 'userTags', 'userAttributes'];
