import { installationKey, type ProviderName } from '#libs/kernel';
import { UNKNOWN_FIELDS } from '../installation-fields.ts';
import type { Installation, Platform } from '../installation.ts';
import type { User } from '../user.ts';
import { copyOfUser } from './owner.ts';

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
