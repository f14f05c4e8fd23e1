import { PushToken, installationKey } from '#libs/kernel';
import type { Installation, User } from '#libs/registry';

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
  };
}

export function anInstallation(at: number, facts: Partial<Installation> = {}): Installation {
  const id = `phone-${at}`;
  const unknown = {
    appVersion: null, sdkVersion: null, osVersion: null, model: null, manufacturer: null, locale: null, language: null, country: null,
    carrier: null, timeZone: null, screenSize: null, location: null, expiresAt: null, secretHash: null, claim: null, deletedAt: null,
    externalId: null, tokenSuspect: null, tokenLostReason: null, tokenLostAt: null,
  }; // prettier-ignore
  return {
    ...unknown,
    key: installationKey('demo', id),
    app: 'demo',
    id,
    revision: 1,
    userId: `user-${at}`,
    ownerEpoch: 0,
    userVerified: false,
    userRevision: 1,
    subscription: 'subscribed',
    userTags: [],
    userAttributes: {},
    platform: 'ios',
    provider: 'apns',
    environment: 'production',
    bundleId: 'app.demo',
    token: new PushToken(`token-${at}`),
    tokenFingerprint: `fingerprint-${at}`,
    tokenRegisteredAt: 1,
    tokenConfirmedAt: 100 + at,
    tokenImported: false,
    permission: 'granted',
    permissionChangedAt: 1,
    notificationsEnabled: true,
    mutedChannels: [],
    tags: [],
    attributes: {},
    firstSeenAt: 1,
    lastSeenAt: 1,
    sessionStartedAt: 1,
    ledgerAt: 1,
    ...facts,
  };
}
