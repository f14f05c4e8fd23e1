import { PushToken } from '#libs/kernel';
import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import type { SelectedInstallation } from './audience/audience-query.ts';
import { Details, type AnyRecord, type FieldsWith } from './field-table.ts';
import { installationTable } from './installation-table.ts';
import type { Installation } from './installation.ts';
import { mongoSchemaOf, ownFieldsOf, type Stored } from './mongo-fields.ts';
import { type Written } from './mongo-revision.ts';
import type { RecipientInstallation } from './recipient-installation.ts';
import { fingerprintIn, tokenKeyOf } from './token-key.ts';

const { own, rest } = ownFieldsOf(installationTable);
const ownFields = new Details(own);
const details = new Details(rest);

/** What is null in an installation is absent here: sparse indexes hold only what is there. */
export type InstallationDocument = OutboxDocument &
  Stored<Omit<Pick<Installation, FieldsWith<typeof installationTable, 'ownField'>>, 'token'>> & {
    /** The installation's key. */
    readonly _id: string;
    readonly token?: string;
    readonly tokenKey?: string;
    /** Absent on a tombstone: whoever asks for either value counts the living. */
    readonly hasToken?: boolean;
    readonly claimAt?: number;
    readonly details: Partial<Stored<Pick<Installation, 'tokenImported' | 'locale'>>> & AnyRecord;
  };

export const installationsCollection = mongoCollection<InstallationDocument>(
  'installations',
  { ...mongoSchemaOf(own), tokenKey: String, hasToken: Boolean, claimAt: Number, details: Object, ...outboxFields },
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
  const { app, provider, token, tokenFingerprint, deletedAt, claim } = installation;
  return {
    ...ownFields.writeAll(installation),
    tokenKey: tokenFingerprint === null ? null : tokenKeyOf(app, provider, tokenFingerprint),
    hasToken: deletedAt === null ? token !== null : null,
    claimAt: claim?.at,
    details: details.write(installation),
  } as Written<InstallationDocument>;
}

export const recipientFields = {
  id: 1, userId: 1, ownerEpoch: 1, subscription: 1, platform: 1, provider: 1, environment: 1,
  bundleId: 1, tokenKey: 1, token: 1, tokenConfirmedAt: 1, notificationsEnabled: 1, 'details.tokenImported': 1, 'details.locale': 1,
} as const; // prettier-ignore

/** Of a document with `recipientFields`; what its extras are of those that were not read means nothing. */
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
    attributes: document.attributes,
  };
}

export function fromDocument(document: InstallationDocument): Installation {
  const { _id, tokenKey } = document;
  return {
    ...details.read(document.details),
    ...ownFields.read(document as unknown as AnyRecord),
    key: _id,
    tokenFingerprint: tokenKey === undefined ? null : fingerprintIn(tokenKey),
  } as unknown as Installation;
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
