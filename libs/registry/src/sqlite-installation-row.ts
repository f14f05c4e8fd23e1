import { PushToken, type ProviderName } from '#libs/kernel';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { SelectedInstallation } from './audience/audience-query.ts';
import { detailsOf, fromDetails, type StoredDetails } from './installation-details.ts';
import type { Attributes, Environment, Installation, Platform, Subscription } from './installation.ts';
import type { RecipientInstallation } from './recipient-installation.ts';
import { fingerprintIn, tokenKeyOf } from './token-key.ts';

export type Row = Record<string, SQLOutputValue>;
type Tuple = readonly SQLOutputValue[];

/** In the order of `toRow`. */
export const columns = [
  'key', 'app', 'id', 'revision', 'deleted_at', 'user_id', 'external_id', 'owner_epoch', 'user_revision', 'subscription',
  'notifications_enabled', 'platform', 'provider', 'environment', 'bundle_id', 'language', 'first_seen_at', 'last_seen_at', 'own_tags',
  'user_tags', 'token_key', 'has_token', 'token', 'token_confirmed_at', 'claim_at', 'attributes', 'user_attributes', 'locale', 'token_imported', 'details',
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
    installation.locale,
    installation.tokenImported ? 1 : 0,
    JSON.stringify({ ...detailsOf(installation), locale: undefined, tokenImported: undefined }),
  ];
}

export function fromRow(row: Row): Installation {
  const tokenKey = row['token_key'] as string | null;
  return {
    ...fromDetails(JSON.parse(row['details'] as string) as StoredDetails),
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
    tokenFingerprint: tokenKey === null ? null : fingerprintIn(tokenKey),
    tokenConfirmedAt: row['token_confirmed_at'] as number | null,
    attributes: attributesFromText(row['attributes'] as string),
    userAttributes: attributesFromText(row['user_attributes'] as string),
    locale: row['locale'] as string | null,
    tokenImported: row['token_imported'] === 1,
  };
}

/** In the order in which `recipientFromTuple` takes them. */
export const recipientColumns =
  'id, user_id, external_id, owner_epoch, subscription, user_tags, user_attributes, platform, provider, environment, ' +
  'bundle_id, token_key, token, token_confirmed_at, token_imported, notifications_enabled, locale';

export function recipientFromTuple(tuple: Tuple): RecipientInstallation {
  const tokenKey = tuple[11] as string | null;
  return {
    id: tuple[0] as string,
    userId: tuple[1] as string,
    externalId: tuple[2] as string | null,
    ownerEpoch: tuple[3] as number,
    subscription: tuple[4] as Subscription,
    userTags: tagsFromText(tuple[5] as string),
    userAttributes: attributesFromText(tuple[6] as string),
    platform: tuple[7] as Platform,
    provider: tuple[8] as ProviderName,
    environment: tuple[9] as Environment,
    bundleId: tuple[10] as string | null,
    token: tokenKey === null ? null : new PushToken(tuple[12] as string),
    tokenFingerprint: tokenKey === null ? null : fingerprintIn(tokenKey),
    tokenConfirmedAt: tuple[13] as number | null,
    tokenImported: tuple[14] === 1,
    notificationsEnabled: tuple[15] === 1,
    locale: tuple[16] as string | null,
  };
}

/** In the order in which `selectedFromTuple` takes them. */
export const selectedColumns =
  'key, id, user_id, owner_epoch, provider, environment, subscription, notifications_enabled, bundle_id, platform, has_token';

export function selectedFromTuple(tuple: Tuple): SelectedInstallation {
  return {
    key: tuple[0] as string,
    id: tuple[1] as string,
    userId: tuple[2] as string,
    ownerEpoch: tuple[3] as number,
    provider: tuple[4] as ProviderName,
    environment: tuple[5] as Environment,
    subscription: tuple[6] as Subscription,
    notificationsEnabled: tuple[7] === 1,
    bundleId: tuple[8] as string | null,
    platform: tuple[9] as Platform,
    hasToken: tuple[10] === 1,
  };
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
