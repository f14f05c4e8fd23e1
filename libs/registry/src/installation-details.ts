import { PushToken } from '#libs/kernel';
import type { Installation } from './installation.ts';

/** What no audience and no index needs. Nulls are left out where it is stored. */
type Details = Pick<
  Installation,
  | 'userVerified' | 'tokenRegisteredAt' | 'tokenImported' | 'tokenSuspect' | 'tokenLostReason' | 'tokenLostAt' | 'permission'
  | 'permissionChangedAt' | 'mutedChannels' | 'appVersion' | 'sdkVersion' | 'osVersion' | 'model' | 'manufacturer' | 'locale' | 'country'
  | 'carrier' | 'timeZone' | 'screenSize' | 'location' | 'sessionStartedAt' | 'expiresAt' | 'secretHash' | 'ledgerAt'
>; // prettier-ignore

export interface StoredDetails extends Partial<Details> {
  readonly claim?: { readonly token: string; readonly fingerprint: string; readonly at: number; readonly imported: boolean };
}

/** Undefined is not to be stored. The claimed token is revealed here, to be stored; nowhere else does it become text. */
export function detailsOf(of: Installation): { readonly [K in keyof StoredDetails]: StoredDetails[K] | undefined } {
  const details: { [K in keyof Details]: Details[K] | undefined } = {
    userVerified: of.userVerified,
    tokenRegisteredAt: of.tokenRegisteredAt ?? undefined,
    tokenImported: of.tokenImported,
    tokenSuspect: of.tokenSuspect ?? undefined,
    tokenLostReason: of.tokenLostReason ?? undefined,
    tokenLostAt: of.tokenLostAt ?? undefined,
    permission: of.permission,
    permissionChangedAt: of.permissionChangedAt,
    mutedChannels: of.mutedChannels.length === 0 ? undefined : of.mutedChannels,
    appVersion: of.appVersion ?? undefined,
    sdkVersion: of.sdkVersion ?? undefined,
    osVersion: of.osVersion ?? undefined,
    model: of.model ?? undefined,
    manufacturer: of.manufacturer ?? undefined,
    locale: of.locale ?? undefined,
    country: of.country ?? undefined,
    carrier: of.carrier ?? undefined,
    timeZone: of.timeZone ?? undefined,
    screenSize: of.screenSize ?? undefined,
    location: of.location ?? undefined,
    sessionStartedAt: of.sessionStartedAt,
    expiresAt: of.expiresAt ?? undefined,
    secretHash: of.secretHash ?? undefined,
    ledgerAt: of.ledgerAt,
  };
  return of.claim === null ? details : { ...details, claim: { ...of.claim, token: of.claim.token.reveal() } };
}

export function fromDetails(stored: StoredDetails): Details & Pick<Installation, 'claim'> {
  return {
    userVerified: stored.userVerified ?? false,
    tokenRegisteredAt: stored.tokenRegisteredAt ?? null,
    tokenImported: stored.tokenImported ?? false,
    tokenSuspect: stored.tokenSuspect ?? null,
    tokenLostReason: stored.tokenLostReason ?? null,
    tokenLostAt: stored.tokenLostAt ?? null,
    permission: stored.permission ?? 'not_asked',
    permissionChangedAt: stored.permissionChangedAt ?? 0,
    mutedChannels: stored.mutedChannels ?? [],
    appVersion: stored.appVersion ?? null,
    sdkVersion: stored.sdkVersion ?? null,
    osVersion: stored.osVersion ?? null,
    model: stored.model ?? null,
    manufacturer: stored.manufacturer ?? null,
    locale: stored.locale ?? null,
    country: stored.country ?? null,
    carrier: stored.carrier ?? null,
    timeZone: stored.timeZone ?? null,
    screenSize: stored.screenSize ?? null,
    location: stored.location ?? null,
    sessionStartedAt: stored.sessionStartedAt ?? 0,
    expiresAt: stored.expiresAt ?? null,
    secretHash: stored.secretHash ?? null,
    ledgerAt: stored.ledgerAt ?? 0,
    claim: stored.claim ? { ...stored.claim, token: new PushToken(stored.claim.token) } : null,
  };
}
