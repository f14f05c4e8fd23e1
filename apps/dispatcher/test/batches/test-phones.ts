import { PushToken, installationKey } from '#libs/kernel';
import { UNKNOWN_FIELDS, type Installation, type User } from '#libs/registry';

export function aUser(userId: string): User {
  return {
    app: 'demo',
    userId,
    externalId: null,
    revision: 1,
    subscription: 'subscribed',
    subscriptionChangedAt: 0,
    tags: [],
    attributes: {},
    createdAt: 0,
    mergedInto: null,
    aliased: false,
  };
}

export function anInstallation(at: number, facts: Partial<Installation> = {}): Installation {
  const id = `phone-${at}`;
  return {
    ...UNKNOWN_FIELDS,
    key: installationKey('demo', id),
    app: 'demo',
    id,
    revision: 1,
    userId: `user-${at}`,
    ownerEpoch: 0,
    userRevision: 1,
    subscription: 'subscribed',
    userTags: [],
    userAttributes: {},
    platform: 'ios',
    provider: 'apns',
    bundleId: 'app.demo',
    token: new PushToken(`token-${at}`),
    tokenFingerprint: `fingerprint-${at}`,
    tokenRegisteredAt: 1,
    tokenConfirmedAt: 100 + at,
    permission: 'granted',
    permissionChangedAt: 1,
    notificationsEnabled: true,
    firstSeenAt: 1,
    lastSeenAt: 1,
    sessionStartedAt: 1,
    ledgerAt: 1,
    ...facts,
  };
}
