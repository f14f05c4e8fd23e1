import { PushToken, type ProviderName } from '#libs/kernel';
import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import type { SelectedInstallation } from './audience/audience-query.ts';
import { detailsOf, fromDetails, type StoredDetails } from './installation-details.ts';
import type { Attributes, Environment, Installation, Platform, Subscription } from './installation.ts';
import { present, type Written } from './mongo-revision.ts';
import type { RecipientInstallation } from './recipient-installation.ts';
import { fingerprintIn, tokenKeyOf } from './token-key.ts';

/** What is null in an installation is absent here: sparse indexes hold only what is there. */
export interface InstallationDocument extends OutboxDocument {
  /** The installation's key. */
  readonly _id: string;
  readonly app: string;
  readonly id: string;
  readonly revision: number;
  readonly deletedAt?: number;
  readonly userId: string;
  readonly externalId?: string;
  readonly ownerEpoch: number;
  readonly userRevision: number;
  readonly subscription: Subscription;
  readonly notificationsEnabled: boolean;
  readonly platform: Platform;
  readonly provider: ProviderName;
  readonly environment: Environment;
  readonly bundleId?: string;
  readonly language?: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly tags: readonly string[];
  readonly userTags: readonly string[];
  readonly tokenKey?: string;
  /** Absent on a tombstone: whoever asks for either value counts the living. */
  readonly hasToken?: boolean;
  readonly token?: string;
  readonly tokenConfirmedAt?: number;
  readonly claimAt?: number;
  readonly attributes: Attributes;
  readonly userAttributes: Attributes;
  readonly details: StoredDetails;
}

export const installationsCollection = mongoCollection<InstallationDocument>(
  'installations',
  {
    app: String,
    id: String,
    revision: Number,
    deletedAt: Number,
    userId: String,
    externalId: String,
    ownerEpoch: Number,
    userRevision: Number,
    subscription: String,
    notificationsEnabled: Boolean,
    platform: String,
    provider: String,
    environment: String,
    bundleId: String,
    language: String,
    firstSeenAt: Number,
    lastSeenAt: Number,
    tags: { type: [String], default: undefined },
    userTags: { type: [String], default: undefined },
    tokenKey: String,
    hasToken: Boolean,
    token: String,
    tokenConfirmedAt: Number,
    claimAt: Number,
    attributes: Object,
    userAttributes: Object,
    details: Object,
    ...outboxFields,
  },
  [
    { fields: { tokenKey: 1 }, unique: true, sparse: true },
    { fields: { app: 1, userId: 1, _id: 1 } },
    { fields: { app: 1, provider: 1, hasToken: 1 } },
    { fields: { claimAt: 1 }, sparse: true },
    { fields: { deletedAt: 1 }, sparse: true },
    outboxIndex,
  ],
);

export function fieldsOf(installation: Installation): Written<InstallationDocument> {
  const { app, provider, tokenFingerprint, deletedAt } = installation;
  return {
    app,
    id: installation.id,
    revision: installation.revision,
    deletedAt: deletedAt,
    userId: installation.userId,
    externalId: installation.externalId,
    ownerEpoch: installation.ownerEpoch,
    userRevision: installation.userRevision,
    subscription: installation.subscription,
    notificationsEnabled: installation.notificationsEnabled,
    platform: installation.platform,
    provider,
    environment: installation.environment,
    bundleId: installation.bundleId,
    language: installation.language,
    firstSeenAt: installation.firstSeenAt,
    lastSeenAt: installation.lastSeenAt,
    tags: installation.tags,
    userTags: installation.userTags,
    tokenKey: tokenFingerprint === null ? null : tokenKeyOf(app, provider, tokenFingerprint),
    hasToken: deletedAt === null ? installation.token !== null : null,
    token: installation.token?.reveal(),
    tokenConfirmedAt: installation.tokenConfirmedAt,
    claimAt: installation.claim?.at,
    attributes: installation.attributes,
    userAttributes: installation.userAttributes,
    details: present(detailsOf(installation)),
  };
}

export const recipientFields = {
  id: 1, userId: 1, externalId: 1, ownerEpoch: 1, subscription: 1, userTags: 1, userAttributes: 1, platform: 1, provider: 1, environment: 1,
  bundleId: 1, tokenKey: 1, token: 1, tokenConfirmedAt: 1, notificationsEnabled: 1, 'details.tokenImported': 1, 'details.locale': 1,
} as const; // prettier-ignore

/** Of a document with `recipientFields`. */
export function recipientFromDocument(document: InstallationDocument): RecipientInstallation {
  const { tokenKey, token } = document;
  return {
    id: document.id,
    userId: document.userId,
    externalId: document.externalId ?? null,
    ownerEpoch: document.ownerEpoch,
    subscription: document.subscription,
    userTags: document.userTags,
    userAttributes: document.userAttributes,
    platform: document.platform,
    provider: document.provider,
    environment: document.environment,
    bundleId: document.bundleId ?? null,
    token: token === undefined ? null : new PushToken(token),
    tokenFingerprint: tokenKey === undefined ? null : fingerprintIn(tokenKey),
    tokenConfirmedAt: document.tokenConfirmedAt ?? null,
    tokenImported: document.details.tokenImported ?? false,
    notificationsEnabled: document.notificationsEnabled,
    locale: document.details.locale ?? null,
  };
}

export function fromDocument(document: InstallationDocument): Installation {
  return {
    ...fromDetails(document.details),
    ...recipientFromDocument(document),
    key: document._id,
    app: document.app,
    revision: document.revision,
    deletedAt: document.deletedAt ?? null,
    userRevision: document.userRevision,
    language: document.language ?? null,
    firstSeenAt: document.firstSeenAt,
    lastSeenAt: document.lastSeenAt,
    tags: document.tags,
    attributes: document.attributes,
  };
}

/** What planning decides on, and what says whether the installation lives. */
export const selectedFields = {
  id: 1, userId: 1, ownerEpoch: 1, provider: 1, environment: 1, subscription: 1, notificationsEnabled: 1, bundleId: 1, platform: 1, hasToken: 1,
  firstSeenAt: 1,
} as const; // prettier-ignore

export type SelectedDocument = Pick<InstallationDocument, '_id' | keyof typeof selectedFields>;

export function selectedFrom(document: SelectedDocument): SelectedInstallation {
  const { _id, id, userId, ownerEpoch, provider, environment, subscription, notificationsEnabled, bundleId, platform, hasToken } = document;
  return {
    key: _id,
    id,
    userId,
    ownerEpoch,
    provider,
    environment,
    subscription,
    notificationsEnabled,
    bundleId: bundleId ?? null,
    platform,
    hasToken: hasToken === true,
  };
}
