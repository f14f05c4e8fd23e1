import { installationRegisteredV1 } from '#libs/events';
import type { Installation } from '../installation.ts';
import type { InstallationFields } from '../installation-fields.ts';
import { PlatformRequired } from '../registry-errors.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { applyFields } from './fields.ts';
import { firstInstallation } from './first-installation.ts';
import { InstallationDraft, type InstallationChange } from './installation-draft.ts';
import { giveTo, type OwnerDecision } from './owner.ts';
import { applyPermission } from './permission.ts';
import { claimToken, loseToken, takeToken, type ShownToken } from './token.ts';

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
  applyPermission(draft, fields, isFirst);
  applyToken(draft, registration.token, holder);
  if (isSeen) draft.set({ lastSeenAt: Math.max(now, draft.next.lastSeenAt) });
  if (startsSession) draft.set({ sessionStartedAt: now });
  if (registration.secretHash !== null) draft.set({ secretHash: registration.secretHash });
  return draft.finish();
}

function draftOf({ app, installationId: id, stored, owner, fields, now }: Registration): { draft: InstallationDraft; isFirst: boolean } {
  if (stored?.deletedAt === null) return { draft: InstallationDraft.after(stored, now), isFirst: false };
  const { platform, provider } = fields;
  if (platform === undefined || provider === undefined || owner.kind === 'kept') throw new PlatformRequired();
  const draft = InstallationDraft.first(firstInstallation({ app, id, platform, provider }, owner.user, stored, now), now);
  draft.say(installationRegisteredV1, (facts) => ({ ...facts, provider, platform }));
  return { draft, isFirst: true };
}

/** A token is an address at one provider: it does not survive the move to another. */
function applyProvider(draft: InstallationDraft, { provider }: InstallationFields): void {
  if (provider === undefined || provider === draft.next.provider) return;
  loseToken(draft, { event: 'removed', reason: 'provider_changed' });
  draft.set({ provider });
}

function applyToken(draft: InstallationDraft, token: ShownToken | null | undefined, holder: Installation | undefined): void {
  if (token === undefined) return;
  if (token === null) loseToken(draft, { event: 'removed', reason: 'cleared' });
  else if (holder) claimToken(draft, token, holder);
  else takeToken(draft, token);
}
