import { PushToken, type ProviderName } from '#libs/kernel';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { SelectedInstallation } from './audience/audience-query.ts';
import type { Attributes, Environment, Installation, Platform, Subscription } from './installation.ts';

export type Row = Record<string, SQLOutputValue>;

/** What no audience and no index needs. Nulls are left out of the JSON. */
type Details = Pick<
  Installation,
  | 'userVerified' | 'tokenRegisteredAt' | 'tokenImported' | 'tokenSuspect' | 'tokenLostReason' | 'tokenLostAt' | 'permission'
  | 'permissionChangedAt' | 'mutedChannels' | 'appVersion' | 'sdkVersion' | 'osVersion' | 'model' | 'manufacturer' | 'locale' | 'country'
  | 'carrier' | 'timeZone' | 'screenSize' | 'location' | 'sessionStartedAt' | 'expiresAt' | 'secretHash' | 'ledgerAt'
>; // prettier-ignore

interface StoredDetails extends Partial<Details> {
  readonly claim?: { readonly token: string; readonly fingerprint: string; readonly at: number; readonly imported: boolean };
}

/** In the order of `toRow`. */
export const columns = [
  'key', 'app', 'id', 'revision', 'deleted_at', 'user_id', 'external_id', 'owner_epoch', 'user_revision', 'subscription',
  'notifications_enabled', 'platform', 'provider', 'environment', 'bundle_id', 'language', 'first_seen_at', 'last_seen_at', 'own_tags',
  'user_tags', 'token_key', 'has_token', 'token', 'token_confirmed_at', 'claim_at', 'attributes', 'user_attributes', 'details',
] as const; // prettier-ignore

export function toRow(installation: Installation): SQLInputValue[] {
  return [
    installation.key,
    installation.app,
    installation.id,
    installation.revision,
    installation.deletedAt,
    installation.userId,
    installation.externalId,
    installation.ownerEpoch,
    installation.userRevision,
    installation.subscription,
    installation.notificationsEnabled ? 1 : 0,
    installation.platform,
    installation.provider,
    installation.environment,
    installation.bundleId,
    installation.language,
    installation.firstSeenAt,
    installation.lastSeenAt,
    tagsToText(installation.tags),
    tagsToText(installation.userTags),
    installation.tokenFingerprint === null ? null : tokenKeyOf(installation.app, installation.provider, installation.tokenFingerprint),
    installation.token === null ? 0 : 1,
    installation.token?.reveal() ?? null,
    installation.tokenConfirmedAt,
    installation.claim?.at ?? null,
    JSON.stringify(installation.attributes),
    JSON.stringify(installation.userAttributes),
    detailsToText(installation),
  ];
}

export function fromRow(row: Row): Installation {
  const tokenKey = row['token_key'] as string | null;
  return {
    ...detailsFromText(row['details'] as string),
    key: row['key'] as string,
    app: row['app'] as string,
    id: row['id'] as string,
    revision: row['revision'] as number,
    deletedAt: row['deleted_at'] as number | null,
    userId: row['user_id'] as string,
    externalId: row['external_id'] as string | null,
    ownerEpoch: row['owner_epoch'] as number,
    userRevision: row['user_revision'] as number,
    subscription: row['subscription'] as Subscription,
    notificationsEnabled: row['notifications_enabled'] === 1,
    platform: row['platform'] as Platform,
    provider: row['provider'] as ProviderName,
    environment: row['environment'] as Environment,
    bundleId: row['bundle_id'] as string | null,
    language: row['language'] as string | null,
    firstSeenAt: row['first_seen_at'] as number,
    lastSeenAt: row['last_seen_at'] as number,
    tags: tagsFromText(row['own_tags'] as string),
    userTags: tagsFromText(row['user_tags'] as string),
    token: tokenKey === null ? null : new PushToken(row['token'] as string),
    tokenFingerprint: tokenKey === null ? null : tokenKey.slice(tokenKey.lastIndexOf(':') + 1),
    tokenConfirmedAt: row['token_confirmed_at'] as number | null,
    attributes: attributesFromText(row['attributes'] as string),
    userAttributes: attributesFromText(row['user_attributes'] as string),
  };
}

export const selectedColumns =
  'key, id, user_id, owner_epoch, provider, environment, subscription, notifications_enabled, bundle_id, platform, has_token';

export function selectedFromRow(row: Row): SelectedInstallation {
  return {
    key: row['key'] as string,
    id: row['id'] as string,
    userId: row['user_id'] as string,
    ownerEpoch: row['owner_epoch'] as number,
    provider: row['provider'] as ProviderName,
    environment: row['environment'] as Environment,
    subscription: row['subscription'] as Subscription,
    notificationsEnabled: row['notifications_enabled'] === 1,
    bundleId: row['bundle_id'] as string | null,
    platform: row['platform'] as Platform,
    hasToken: row['has_token'] === 1,
  };
}

/** Unique among all installations: one token, one installation (P3). */
export function tokenKeyOf(app: string, provider: ProviderName, fingerprint: string): string {
  return `${app}:${provider}:${fingerprint}`;
}

/** `|a|b|`; empty for none. */
export function tagsToText(tags: readonly string[]): string {
  return tags.length === 0 ? '' : `|${tags.join('|')}|`;
}

function tagsFromText(text: string): readonly string[] {
  return text === '' ? noTags : text.slice(1, -1).split('|');
}

const noTags: readonly string[] = [];
const noAttributes: Attributes = {};

/** Most have none, and reading 500 of them is part of every batch. */
export function attributesFromText(text: string): Attributes {
  return text === '{}' ? noAttributes : (JSON.parse(text) as Attributes);
}

/** The claimed token is revealed here, to be stored; nowhere else does it become text. */
function detailsToText(of: Installation): string {
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
  return JSON.stringify(of.claim === null ? details : { ...details, claim: { ...of.claim, token: of.claim.token.reveal() } });
}

function detailsFromText(text: string): Details & Pick<Installation, 'claim'> {
  const stored = JSON.parse(text) as StoredDetails;
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
