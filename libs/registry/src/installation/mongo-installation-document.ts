import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import { Details, blankOf, type AnyRecord, type FieldsWith } from '../field-table.ts';
import { mongoSchemaOf, ownFieldsOf, type ImportStamp, type Stored, type Written } from '../mongo-document.ts';
import { fingerprintIn, tokenKeyOf } from '../token/token.ts';
import { installationTable, type Installation } from './installation.ts';
import { idleSince } from './retire-installations.ts';

const { own, rest } = ownFieldsOf(installationTable);
const ownFields = new Details(own);
const details = new Details(rest);
const blank = blankOf(installationTable);

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
    /** When it is to be looked at again, of those that may be retired: `expiresAt`, and `idleSince`. */
    readonly expiryAt?: number;
    readonly idleSince?: number;
    readonly imported?: ImportStamp;
    readonly details: Partial<Stored<Pick<Installation, 'tokenImported' | 'droppedSince' | 'locale' | 'mutedChannels'>>> & AnyRecord;
  };

export const installationsCollection = mongoCollection<InstallationDocument>(
  'installations',
  {
    ...mongoSchemaOf(own),
    tokenKey: String,
    hasToken: Boolean,
    claimAt: Number,
    expiryAt: Number,
    idleSince: Number,
    imported: Object,
    details: Object,
    ...outboxFields,
  },
  [
    { fields: { tokenKey: 1 }, unique: true, sparse: true },
    { fields: { app: 1, userId: 1, _id: 1 } },
    { fields: { app: 1, provider: 1, hasToken: 1 } },
    { fields: { claimAt: 1 }, sparse: true },
    { fields: { expiryAt: 1 }, sparse: true },
    { fields: { idleSince: 1 }, sparse: true },
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
    expiryAt: installation.expiresAt,
    idleSince: idleSince(installation),
    details: details.write(installation),
  } as Written<InstallationDocument>;
}

export function fromDocument(document: InstallationDocument): Installation {
  const { _id, tokenKey } = document;
  const record = { ...blank };
  details.readInto(record, document.details);
  ownFields.readInto(record, document as unknown as AnyRecord);
  record['key'] = _id;
  record['tokenFingerprint'] = tokenKey === undefined ? null : fingerprintIn(tokenKey);
  return record as unknown as Installation;
}
