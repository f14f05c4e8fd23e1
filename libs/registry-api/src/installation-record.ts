import { PROVIDERS, isoTime, slotOf } from '#libs/kernel';
import { PERMISSIONS, PLATFORMS, type Installation } from '#libs/registry';
import { z } from 'zod';
import { attributesField, tagsField } from './fields.ts';

const instant = z.iso.datetime();
const text = z.string().nullable();

/** An installation as answers carry it: everything but the token and the secret. */
export const installationRecord = z
  .object({
    id: z.string(),
    app: z.string(),
    bundleId: text,
    userId: z.string(),
    externalId: text,
    userVerified: z.boolean().meta({ description: 'The user was named by a signed token or by a server key.' }),
    userRevision: z.int(),
    ownerEpoch: z.int(),
    platform: z.enum(PLATFORMS),
    provider: z.enum(PROVIDERS),
    environment: z.enum(['production', 'sandbox']),
    tokenFingerprint: z.string().optional().meta({ description: 'Names the token without showing it; absent without a token.' }),
    tokenRegisteredAt: instant.nullable(),
    tokenConfirmedAt: instant.nullable(),
    tokenSuspect: text,
    tokenLostReason: text,
    tokenLostAt: instant.nullable(),
    permission: z.enum(PERMISSIONS),
    notificationsEnabled: z.boolean(),
    mutedChannels: z.array(z.string()),
    tags: tagsField,
    attributes: attributesField,
    appVersion: text,
    sdkVersion: text,
    osVersion: text,
    model: text,
    manufacturer: text,
    locale: text,
    language: text,
    country: text,
    carrier: text,
    timeZone: text,
    screenSize: text,
    location: z.object({ lat: z.number(), lon: z.number() }).nullable(),
    firstSeenAt: instant,
    lastSeenAt: instant,
    expiresAt: instant.nullable(),
    slot: z.int(),
    revision: z.int(),
  })
  .meta({ id: 'Installation' });

export type InstallationRecord = z.output<typeof installationRecord>;

export function installationRecordOf(installation: Installation): InstallationRecord {
  return {
    id: installation.id,
    app: installation.app,
    bundleId: installation.bundleId,
    userId: installation.userId,
    externalId: installation.externalId,
    userVerified: installation.userVerified,
    userRevision: installation.userRevision,
    ownerEpoch: installation.ownerEpoch,
    platform: installation.platform,
    provider: installation.provider,
    environment: installation.environment,
    ...tokenFacts(installation),
    permission: installation.permission,
    notificationsEnabled: installation.notificationsEnabled,
    mutedChannels: [...installation.mutedChannels],
    tags: [...installation.tags],
    attributes: { ...installation.attributes } as InstallationRecord['attributes'],
    ...deviceFacts(installation),
    firstSeenAt: isoTime(installation.firstSeenAt),
    lastSeenAt: isoTime(installation.lastSeenAt),
    expiresAt: isoOrNull(installation.expiresAt),
    slot: slotOf(installation.app, installation.id),
    revision: installation.revision,
  };
}

function tokenFacts(installation: Installation) {
  return {
    ...(installation.tokenFingerprint !== null && { tokenFingerprint: installation.tokenFingerprint }),
    tokenRegisteredAt: isoOrNull(installation.tokenRegisteredAt),
    tokenConfirmedAt: isoOrNull(installation.tokenConfirmedAt),
    tokenSuspect: installation.tokenSuspect,
    tokenLostReason: installation.tokenLostReason,
    tokenLostAt: isoOrNull(installation.tokenLostAt),
  };
}

function deviceFacts(installation: Installation) {
  const { appVersion, sdkVersion, osVersion, model, manufacturer, locale, language, country, carrier, timeZone, screenSize, location } =
    installation;
  return {
    appVersion, sdkVersion, osVersion, model, manufacturer, locale, language, country, carrier, timeZone, screenSize, location,
  }; // prettier-ignore
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}
