import { PushToken, PROVIDERS } from '#libs/kernel';
import {
  attributes,
  flag,
  instant,
  locale,
  number,
  oneOf,
  place,
  secret,
  tags,
  templates,
  text,
  texts,
  variables,
  type Kind,
} from '../field-kinds.ts';
import { known, nullable, type RecordOf, type FieldsWith } from '../field-table.ts';
import { SUBSCRIPTIONS } from '../user/user.ts';

export const PLATFORMS = [
  'ios', 'ipados', 'macos', 'tvos', 'watchos', 'visionos', 'android', 'windows', 'web', 'fireos', 'kindle', 'harmonyos',
] as const; // prettier-ignore
export type Platform = (typeof PLATFORMS)[number];

export const PERMISSIONS = ['granted', 'provisional', 'denied', 'not_asked'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ENVIRONMENTS = ['production', 'sandbox'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** A token that another installation still holds, on its way here (correctness P3). */
export interface TokenClaim {
  readonly token: PushToken;
  readonly fingerprint: string;
  /** The instant the claim competes with, ms; fixed in the claim. */
  readonly at: number;
  /** It was shown by a server, not by the installation's SDK. */
  readonly imported: boolean;
}

type Stored = Omit<TokenClaim, 'token'> & { readonly token: string };

/** Kept as an object; the claimed token is revealed in it, to be stored. */
const claim: Kind<TokenClaim> = {
  name: 'secret',
  toColumn: () => null,
  fromColumn: () => {
    throw new Error('A claim has no column');
  },
  toDocument: ({ token, ...rest }): Stored => ({ ...rest, token: token.reveal() }),
  fromDocument: (value) => {
    const { token, ...rest } = value as Stored;
    return { ...rest, token: new PushToken(token) };
  },
  shown: () => undefined,
};

/**
 * Every field of an installation, once: what it is, where it is kept, who may say it, who sees it. Rows of SQLite, documents of MongoDB, answers of the API, what
 * patches see, what templates speak of and docs/fields.md go by this table, in its order. A field in `details` needs no migration; one with a column of its
 * own needs the column.
 */
export const installationTable = {
  /** `app:slot:id`; never changes. */
  key: known(text, { column: 'key' }),
  id: known(text, { column: 'id', ownField: true, shown: true }),
  app: known(text, { column: 'app', ownField: true, shown: true }),
  bundleId: nullable(text, {
    column: 'bundle_id',
    ownField: true,
    said: 'registration',
    essential: ['apns'],
    clearable: true,
    shown: true,
    filtered: 'plain',
  }),

  /** Empty on a tombstone. */
  userId: known(text, { column: 'user_id', ownField: true, shown: true }),
  externalId: nullable(text, { column: 'external_id', ownField: true, shown: true }),
  /** The user was named by a signed token or by a server key, not by the app's word alone. */
  userVerified: known(flag, {
    unknown: false,
    shown: true,
    description: 'The user was named by a signed token or by a server key.',
  }),
  /** The revision of the user that the copies below were taken from. */
  userRevision: known(number, { column: 'user_revision', ownField: true, shown: true }),
  /** Raised by a change between two known users and by a detach: what was planned for the old owner is not sent to the new one. */
  ownerEpoch: known(number, { column: 'owner_epoch', ownField: true, shown: true }),
  subscription: known(oneOf(SUBSCRIPTIONS), { column: 'subscription', ownField: true }),
  userTags: known(tags, { column: 'user_tags', ownField: true }),
  userAttributes: known(attributes, { column: 'user_attributes', ownField: true }),

  /** The first registration needs platform and provider. A provider other than the stored one drops a token that is not given anew. */
  platform: known(oneOf(PLATFORMS), {
    column: 'platform',
    ownField: true,
    said: 'registration',
    essential: true,
    shown: true,
    filtered: 'plain',
  }),
  provider: known(oneOf(PROVIDERS), {
    column: 'provider',
    ownField: true,
    said: 'registration',
    essential: true,
    shown: true,
    filtered: 'plain',
  }),
  environment: known(oneOf(ENVIRONMENTS), {
    unknown: 'production',
    column: 'environment',
    ownField: true,
    said: 'registration',
    essential: ['apns'], // it is part of what an APNs token means
    clearable: true,
    shown: true,
    filtered: 'plain',
  }),

  token: nullable(secret, { column: 'token', ownField: true }),
  /** Stored as part of the token's key, which is unique. */
  tokenFingerprint: nullable(text, {
    derived: true,
    shown: true,
    description: 'Names the token without showing it; absent without a token.',
  }),
  tokenRegisteredAt: nullable(instant, { shown: true }),
  /** Moves whenever an SDK shows this very token; purges compare with it. */
  tokenConfirmedAt: nullable(instant, { column: 'token_confirmed_at', ownField: true, shown: true }),
  /** The token came from a server (import or PUT) and no SDK has confirmed it since. */
  tokenImported: known(flag, { unknown: false, column: 'token_imported' }),
  /** Made by an import for a token that came without an installation's id; it goes when the device itself shows the token (R19). */
  temporary: known(flag, { unknown: false }),
  /** The provider's reason, after a wrong-sender answer; cleared by the next confirmation. */
  tokenSuspect: nullable(text, { shown: true }),
  /** Why the installation has no token any more: the provider's reason, or `superseded`, `cleared`, `provider_changed`. */
  tokenLostReason: nullable(text, { shown: true }),
  tokenLostAt: nullable(instant, { shown: true }),
  /** R49: cleared by the next start of the app and by the next token. */
  uninstalledAt: nullable(instant, {
    shown: true,
    description:
      'When the app was found to be gone from the device, as its provider says or else when it said so; a trend, as APNs answers late.',
  }),
  /** Since when its provider drops all that is sent to the token (R49): cleared by what is received, by the device itself, and with the token. */
  droppedSince: nullable(instant, {
    column: 'dropped_since',
    shown: true,
    description: 'Since when the provider takes what is sent and drops it, all of it (WNS); after 30 days the app counts as uninstalled.',
  }),
  claim: nullable(claim, {}),

  permission: known(oneOf(PERMISSIONS), { unknown: 'not_asked', said: 'session', clearable: true, shown: true, filtered: 'plain' }),
  /** Cleared, it follows `permission`. */
  notificationsEnabled: known(flag, {
    column: 'notifications_enabled',
    ownField: true,
    said: 'session',
    clearable: true,
    shown: true,
    filtered: 'plain',
  }),
  /** When either of the two last changed. */
  permissionChangedAt: known(instant, { unknown: 0 }),
  mutedChannels: known(texts, { unknown: [], said: 'registration', clearable: true, shown: true }),
  /** Said, they replace the whole set; attributes likewise. */
  tags: known(tags, { unknown: [], column: 'own_tags', ownField: true, said: 'registration', clearable: true, shown: true }),
  attributes: known(attributes, { unknown: {}, column: 'attributes', ownField: true, said: 'registration', clearable: true, shown: true }),

  /** By name. Written for one provider, they do not survive the move to another. */
  templates: known(templates, { unknown: {}, said: 'registration', clearable: true, shown: true }),
  /** What the templates may name where a send says nothing under the name. */
  pushVariables: known(variables, { unknown: {}, said: 'registration', clearable: true, shown: true }),

  appVersion: nullable(text, { said: 'session', clearable: true, maxLength: 64, shown: true, filtered: 'version' }),
  sdkVersion: nullable(text, { said: 'session', clearable: true, maxLength: 64, shown: true, filtered: 'version' }),
  osVersion: nullable(text, { said: 'session', clearable: true, maxLength: 64, shown: true, filtered: 'version' }),
  model: nullable(text, { said: 'session', clearable: true, maxLength: 128, shown: true, filtered: 'plain' }),
  manufacturer: nullable(text, { said: 'session', clearable: true, maxLength: 128, shown: true, filtered: 'plain' }),
  locale: nullable(locale, { column: 'locale', said: 'session', clearable: true, shown: true, filtered: 'plain' }),
  /** The first subtag of `locale`, lower case; from `locale` unless given. */
  language: nullable(locale, { column: 'language', ownField: true, said: 'session', clearable: true, shown: true, filtered: 'plain' }),
  country: nullable(text, { said: 'session', clearable: true, shown: true, filtered: 'plain' }),
  carrier: nullable(text, { said: 'session', clearable: true, maxLength: 128, shown: true, filtered: 'plain' }),
  timeZone: nullable(text, { said: 'session', clearable: true, shown: true, filtered: 'plain' }),
  screenSize: nullable(text, { said: 'session', clearable: true, maxLength: 32, shown: true }),
  location: nullable(place, { said: 'session', clearable: true, shown: true }),

  firstSeenAt: known(instant, { column: 'first_seen_at', ownField: true, shown: true }),
  lastSeenAt: known(instant, { column: 'last_seen_at', ownField: true, shown: true }),
  sessionStartedAt: known(instant, { unknown: 0 }),
  expiresAt: nullable(instant, { said: 'registration', clearable: true, shown: true }),
  /** 1 for the first state; one more with every write; goes on over a deletion. */
  revision: known(number, { column: 'revision', ownField: true, shown: true }),
  /** A deleted installation: no token, user, tags or attributes; kept for 7 days so that a re-creation goes on from its revision. */
  deletedAt: nullable(instant, { column: 'deleted_at', ownField: true }),
  /** SHA-256 of the installation secret, hex; null until an SDK has been given one. */
  secretHash: nullable(text, {}),
  /** `at` of the last ledger line; the next one is later. */
  ledgerAt: known(instant, { unknown: 0 }),
} as const;

/**
 * One app on one device. Every instant is in ms since 1970; `null` means "not known". The record of registration-rules, and what keeps it true; its fields
 * are the rows of `installationTable`.
 */
export type Installation = RecordOf<typeof installationTable>;

type Table = typeof installationTable;

/** Names of fields that callers may say. */
export type SaidField = { [K in keyof Table]: Table[K] extends { readonly said: string } ? K : never }[keyof Table];
export type ClearableField = { [K in keyof Table]: Table[K] extends { readonly clearable: true } ? K : never }[keyof Table];

/** What a caller says about an installation: absent means unchanged, null means cleared. Values have been checked for form. */
export type InstallationFields = { readonly [K in SaidField]?: K extends ClearableField ? Installation[K] | null : Installation[K] };

/** What an installation says where nobody has said anything. */
export const UNKNOWN_FIELDS = Object.fromEntries(
  Object.entries(installationTable).flatMap(([name, field]) => ('unknown' in field ? [[name, field.unknown]] : [])),
) as unknown as Pick<Installation, FieldsWith<Table, 'unknown'>>;
