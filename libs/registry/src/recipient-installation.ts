import type { Installation } from './installation.ts';

/** What sending to an installation needs to know of it: read for every message, so no more than that. Only texts that speak of a device need all of it. */
export type RecipientInstallation = Pick<
  Installation,
  | 'id' | 'userId' | 'externalId' | 'ownerEpoch' | 'subscription' | 'userTags' | 'userAttributes' | 'platform' | 'provider' | 'environment'
  | 'bundleId' | 'token' | 'tokenFingerprint' | 'tokenConfirmedAt' | 'tokenImported' | 'notificationsEnabled' | 'locale'
>; // prettier-ignore
