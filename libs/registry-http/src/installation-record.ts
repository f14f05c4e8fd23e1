import { PROVIDERS, canonicalLocale, isoTime, slotOf } from '#libs/kernel';
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

/** A real answer, for the documentation. */
export const installationExample: z.output<typeof installationRecord> = {
  id: 'phone-1',
  app: 'demo',
  bundleId: 'app.demo',
  userId: '5f0d8f9e-3c1b-5d0a-9b55-0a5d7f1c2e11',
  externalId: 'charlie',
  userVerified: true,
  userRevision: 1,
  ownerEpoch: 0,
  platform: 'ios',
  provider: 'apns',
  environment: 'production',
  tokenFingerprint: '9f86d081884c7d659a2feaa0c55ad015',
  tokenRegisteredAt: '2026-11-22T09:30:00.000Z',
  tokenConfirmedAt: '2026-11-22T09:30:00.000Z',
  tokenSuspect: null,
  tokenLostReason: null,
  tokenLostAt: null,
  permission: 'granted',
  notificationsEnabled: true,
  mutedChannels: [],
  tags: ['news'],
  attributes: { plan: 'gold' },
  appVersion: '4.2.0',
  sdkVersion: null,
  osVersion: '26.1',
  model: 'iPhone18,1',
  manufacturer: null,
  locale: 'fr-FR',
  language: 'fr',
  country: null,
  carrier: null,
  timeZone: 'Europe/Paris',
  screenSize: null,
  location: null,
  firstSeenAt: '2026-11-22T09:30:00.000Z',
  lastSeenAt: '2026-11-22T09:30:00.000Z',
  expiresAt: null,
  slot: 413,
  revision: 1,
};

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
  const { appVersion, sdkVersion, osVersion, model, manufacturer, country, carrier, timeZone, screenSize, location } = installation;
  const [locale, language] = [shownLocale(installation.locale), shownLocale(installation.language)];
  return {
    appVersion, sdkVersion, osVersion, model, manufacturer, locale, language, country, carrier, timeZone, screenSize, location,
  }; // prettier-ignore
}

/** What was stored before tags were made canonical is shown in the same form. */
export function shownLocale(tag: string | null): string | null {
  return tag === null ? null : (canonicalLocale(tag) ?? tag);
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}
