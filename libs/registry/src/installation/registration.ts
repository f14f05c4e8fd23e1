import { installationRegisteredV1 } from '#libs/events';
import { installationKey, type ProviderName, canonicalLocale } from '#libs/kernel';
import { checkedAttributes, tagSet } from '../audience/tag-set.ts';
import { fieldsWith, rowOf } from '../field-table.ts';
import { PlatformRequired } from '../registry-errors.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { claimToken, loseToken, takeToken, type ShownToken } from '../token/token.ts';
import type { User } from '../user/user.ts';
import { InstallationDraft, type InstallationChange } from './installation-draft.ts';
import { type Installation, type InstallationFields, UNKNOWN_FIELDS, type Platform, installationTable } from './installation.ts';
import { giveTo, type OwnerDecision, copyOfUser } from './owner.ts';
import { applyPermission } from './permission.ts';

/** All that a registration, a session start or a change of user is decided from. */
export interface Registration {
  readonly app: string;
  readonly installationId: string;
  /** As stored: a tombstone too. */
  readonly stored: Installation | undefined;
  readonly owner: OwnerDecision;
  /** The user of the call was named by a signed token or a server. */
  readonly userVerified: boolean;
  /** Checked. */
  readonly fields: InstallationFields;
  /** Undefined: unchanged; null: cleared. */
  readonly token: ShownToken | null | undefined;
  /** The device itself called. */
  readonly isSeen: boolean;
  readonly startsSession: boolean;
  /** Stored where it is given. */
  readonly secretHash: string | null;
  /** What an import knows of an installation that it makes. */
  readonly first?: Partial<Pick<Installation, 'temporary' | 'firstSeenAt' | 'lastSeenAt'>>;
  readonly settings: RegistrySettings;
  readonly now: number;
}

/** The next state of an installation. `holder`: another installation has the token, so this one only claims it (P3). Throws PlatformRequired. */
export function register(registration: Registration, holder?: Installation): InstallationChange {
  const { owner, fields, settings, startsSession, isSeen, now } = registration;
  const { draft, isFirst } = draftOf(registration);
  giveTo(draft, owner, settings);
  if (registration.userVerified) draft.set({ userVerified: true });
  applyProvider(draft, fields);
  applyFields(draft, fields);
  applyPermission(draft, fields, isFirst, registration.token != null);
  applyToken(draft, registration.token, holder);
  applyWeb(draft);
  // Whoever starts the app has it.
  if (isSeen) draft.set({ lastSeenAt: Math.max(now, draft.next.lastSeenAt), uninstalledAt: null, droppedSince: null });
  if (startsSession) draft.set({ sessionStartedAt: now });
  if (registration.secretHash !== null) draft.set({ secretHash: registration.secretHash });
  return draft.finish();
}

function draftOf({ app, installationId: id, stored, owner, fields, first, now }: Registration): {
  draft: InstallationDraft;
  isFirst: boolean;
} {
  if (stored?.deletedAt === null) return { draft: InstallationDraft.after(stored, now), isFirst: false };
  const { platform, provider } = fields;
  if (platform === undefined || provider === undefined || owner.kind === 'kept') throw new PlatformRequired();
  const installation = { ...firstInstallation({ app, id, platform, provider }, owner.user, stored, now), ...first };
  const draft = InstallationDraft.first(installation, now);
  draft.say(installationRegisteredV1, (facts) => {
    const { tokenFingerprint: fingerprint, permission, notificationsEnabled } = draft.next; // as it is stored in the end
    return { ...facts, provider, platform, fingerprint, permission, notificationsEnabled };
  });
  return { draft, isFirst: true };
}

/** A token is an address at one provider, and templates are in its words: neither survives the move to another. */
function applyProvider(draft: InstallationDraft, { provider }: InstallationFields): void {
  if (provider === undefined || provider === draft.next.provider) return;
  loseToken(draft, { event: 'removed', reason: 'provider_changed' });
  draft.set({ provider, templates: UNKNOWN_FIELDS.templates });
}

/** R16: a browser knows no background; what may not show anything there has no token. */
function applyWeb(draft: InstallationDraft): void {
  const { platform, notificationsEnabled } = draft.next;
  if (platform === 'web' && !notificationsEnabled) loseToken(draft, { event: 'removed', reason: 'not_permitted' });
}

function applyToken(draft: InstallationDraft, token: ShownToken | null | undefined, holder: Installation | undefined): void {
  if (token === undefined) return;
  if (token === null) loseToken(draft, { event: 'removed', reason: 'cleared' });
  else if (holder) claimToken(draft, token, holder);
  else takeToken(draft, token);
}

interface Identity {
  readonly app: string;
  readonly id: string;
  readonly platform: Platform;
  readonly provider: ProviderName;
}

/** What a deletion takes away: what nobody has said, and what is personal. */
const { sessionStartedAt: _, permissionChangedAt: __, ledgerAt: ___, ...personal } = UNKNOWN_FIELDS;

/**
 * A new installation. After a deletion it goes on from the tombstone's revision, and from its owner epoch, so that what was planned
 * for the owner before is not sent to this one.
 */
export function firstInstallation(identity: Identity, owner: User, deleted: Installation | undefined, now: number): Installation {
  const { app, id, platform, provider } = identity;
  return {
    ...UNKNOWN_FIELDS,
    ...copyOfUser(owner),
    key: installationKey(app, id),
    app,
    id,
    platform,
    provider,
    revision: (deleted?.revision ?? 0) + 1,
    ownerEpoch: deleted ? deleted.ownerEpoch + 1 : 0,
    environment: 'production',
    notificationsEnabled: false,
    permissionChangedAt: now,
    firstSeenAt: now,
    lastSeenAt: now,
    sessionStartedAt: now,
    ledgerAt: deleted?.ledgerAt ?? 0,
  };
}

/** What a deletion leaves of an installation, for 7 days: no token, no user, nothing personal. */
export function tombstone(now: number): Partial<Installation> {
  return {
    ...personal,
    deletedAt: now,
    userId: '',
    userTags: [],
    userAttributes: {},
    subscription: 'subscribed',
    notificationsEnabled: false,
  };
}

/** Rules of their own say what becomes of these. */
const ruled = ['provider', 'permission', 'notificationsEnabled', 'locale', 'language'];
const copied = fieldsWith(installationTable, 'said')
  .filter((name) => !ruled.includes(name))
  .map((name) => [name as keyof InstallationFields, rowOf(installationTable, name).unknown] as const);

/** The fields with their tags as a set; asked before anything is written. Throws TooManyTags, TagInvalid, TooManyAttributes. */
export function checkedFields(fields: InstallationFields, maxTags: number): InstallationFields {
  if (fields.attributes) checkedAttributes(fields.attributes);
  return fields.tags ? { ...fields, tags: tagSet(fields.tags, maxTags) } : fields;
}

/** What a caller said of the device: absent is unchanged, null is cleared. Language tags are kept in their canonical form. */
function applyFields(draft: InstallationDraft, fields: InstallationFields): void {
  const patch: Record<string, unknown> = {};
  for (const [name, unknown] of copied) {
    const said = fields[name];
    if (said !== undefined) patch[name] = said ?? unknown;
  }
  draft.set(patch);
  if (fields.locale !== undefined) draft.set({ locale: fields.locale && (canonicalLocale(fields.locale) ?? fields.locale) });
  applyLanguage(draft, fields);
}

/** From the locale unless it is given; `iw` is `he`, whoever says it. */
function applyLanguage(draft: InstallationDraft, { language, locale }: InstallationFields): void {
  const said = language ?? locale;
  if (language === undefined && locale === undefined) return;
  const canonical = said && (canonicalLocale(said) ?? said);
  draft.set({ language: canonical?.split(/[-_]/)[0]?.toLowerCase() ?? null });
}
