import { PushToken, type ProviderName } from '#libs/kernel';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { SelectedInstallation } from './audience/audience-query.ts';
import { detailsOf, fromDetails, type StoredDetails } from './installation-details.ts';
import type { Attributes, Environment, Installation, Platform, Subscription } from './installation.ts';
import { fingerprintIn, tokenKeyOf } from './token-key.ts';

export type Row = Record<string, SQLOutputValue>;

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
    JSON.stringify(detailsOf(installation)),
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
