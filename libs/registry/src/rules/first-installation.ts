import { installationKey, type ProviderName } from '#libs/kernel';
import type { Installation, Platform } from '../installation.ts';
import type { User } from '../user.ts';
import { copyOfUser } from './owner.ts';
import { noToken } from './token.ts';

interface Identity {
  readonly app: string;
  readonly id: string;
  readonly platform: Platform;
  readonly provider: ProviderName;
}

const unknown = {
  bundleId: null,
  ...noToken,
  tokenLostReason: null,
  tokenLostAt: null,
  claim: null,
  mutedChannels: [],
  tags: [],
  attributes: {},
  appVersion: null,
  sdkVersion: null,
  osVersion: null,
  model: null,
  manufacturer: null,
  locale: null,
  language: null,
  country: null,
  carrier: null,
  timeZone: null,
  screenSize: null,
  location: null,
  expiresAt: null,
  secretHash: null,
} as const;

/**
 * A new installation. After a deletion it goes on from the tombstone's revision, and from its owner epoch, so that what was planned
 * for the owner before is not sent to this one.
 */
export function firstInstallation(identity: Identity, owner: User, deleted: Installation | undefined, now: number): Installation {
  const { app, id, platform, provider } = identity;
  return {
    ...unknown,
    ...copyOfUser(owner),
    key: installationKey(app, id),
    app,
    id,
    platform,
    provider,
    revision: (deleted?.revision ?? 0) + 1,
    deletedAt: null,
    ownerEpoch: deleted ? deleted.ownerEpoch + 1 : 0,
    userVerified: false,
    environment: 'production',
    permission: 'not_asked',
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
    ...unknown,
    deletedAt: now,
    userId: '',
    externalId: null,
    userVerified: false,
    userTags: [],
    userAttributes: {},
    subscription: 'subscribed',
    permission: 'not_asked',
    notificationsEnabled: false,
  };
}
