import { attributesField, bundleIdField, isTimeZone, tagsField, textField } from '#libs/registry-http';
import { PROVIDERS, canonicalLocale } from '#libs/kernel';
import { PERMISSIONS, PLATFORMS } from '#libs/registry';
import { z } from 'zod';

const longestTokenText = 4_096;
const mostChannels = 100;

const webPushToken = z
  .strictObject({
    endpoint: z.string().min(1).max(2_048),
    keys: z.strictObject({ p256dh: z.string().min(1).max(200), auth: z.string().min(1).max(100) }),
  })
  .meta({ id: 'WebPushToken', description: 'What `PushSubscription.toJSON()` gives.' });

/** The token as its provider gave it; its form is checked against the provider by `tokenProblems`. */
export const tokenField = z
  .union([z.string().min(1).max(longestTokenText), webPushToken], {
    error: 'must be the provider’s token as text, or {endpoint, keys: {p256dh, auth}} for webpush',
  })
  .meta({ description: 'The push token as the provider gave it: text, for `webpush` the subscription. It is never returned.' });

const timeZone = z.string().refine(isTimeZone, 'must be a time zone of the IANA database, such as Europe/Paris');
const locale = z
  .string()
  .refine((tag) => canonicalLocale(tag) !== undefined, 'must be a language tag of BCP 47, such as pt-BR')
  .meta({ description: 'BCP 47; `pt_BR` and the like are taken too. Stored and shown in its canonical form: `iw-IL` is `he-IL`.' });
const language = z
  .string()
  .regex(/^[a-z]{2,8}$/, 'must be a language of 2 to 8 lower-case letters, such as fr')
  .refine((tag) => canonicalLocale(tag) !== undefined, 'must be a language of BCP 47, such as fr');
const country = z.string().regex(/^[A-Z]{2}$/, 'must be a country of ISO 3166-1: two capital letters');
const location = z.strictObject({ lat: z.number().min(-90).max(90), lon: z.number().min(-180).max(180) });

/** Absent = unchanged, `null` = cleared. */
function clearable<S extends z.ZodType>(schema: S) {
  return z.exactOptional(schema.nullable());
}

/** What may change with every start of the app. */
export const sessionFields = {
  token: clearable(tokenField),
  permission: clearable(z.enum(PERMISSIONS)),
  notificationsEnabled: clearable(z.boolean()),
  appVersion: clearable(textField(64)),
  sdkVersion: clearable(textField(64)),
  osVersion: clearable(textField(64)),
  model: clearable(textField(128)),
  manufacturer: clearable(textField(128)),
  locale: clearable(locale),
  language: clearable(language),
  country: clearable(country),
  carrier: clearable(textField(128)),
  timeZone: clearable(timeZone),
  screenSize: clearable(textField(32)),
  location: clearable(location),
};

/** All that callers may say about an installation. */
export const installationFields = {
  platform: z.exactOptional(z.enum(PLATFORMS)),
  provider: z.exactOptional(z.enum(PROVIDERS)),
  environment: clearable(z.enum(['production', 'sandbox'])),
  bundleId: clearable(bundleIdField),
  mutedChannels: clearable(z.array(textField(128)).max(mostChannels)),
  tags: clearable(tagsField),
  attributes: clearable(attributesField),
  expiresAt: clearable(z.iso.datetime({ offset: true })),
  ...sessionFields,
};

/** What decides where a push goes, whom it is for and whether it may show is never guessed: wrong, it costs the call. */
const essential: ReadonlySet<string> = new Set([
  'platform', 'provider', 'environment', 'bundleId', 'token', 'permission', 'notificationsEnabled',
]); // prettier-ignore

/** The others describe the device: of an sdk key, one that does not hold is left out and named. */
export const spareFields: readonly string[] = Object.keys(installationFields).filter((field) => !essential.has(field));
