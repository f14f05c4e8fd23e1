import { instantText } from '#libs/api';
import { attributesField, bundleIdField, isTimeZone, tagsField, textField } from '#libs/registry-http';
import { PROVIDERS, canonicalLocale } from '#libs/kernel';
import { fieldsWith, installationTable, rowOf, type ClearableField, type Installation, type SaidField } from '#libs/registry';
import { z } from 'zod';
import { pushVariablesField, templatesField } from './template-problems.ts';

const maxTokenText = 4_096;
const maxChannels = 100;
const defaultLength = 128;

const webPushToken = z
  .strictObject({
    endpoint: z.string().min(1).max(2_048),
    keys: z.strictObject({ p256dh: z.string().min(1).max(200), auth: z.string().min(1).max(100) }),
    applicationServerKey: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'The VAPID public key that `subscribe` was given, as base64url.' }),
  })
  .meta({ id: 'WebPushToken', description: 'What `PushSubscription.toJSON()` gives.' });

/** The token as its provider gave it; its form is checked against the provider by `tokenProblems`. */
export const tokenField = z
  .union([z.string().min(1).max(maxTokenText), webPushToken], {
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
const maxAccuracyMetres = 100_000;
const location = z.strictObject({
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  accuracyMetres: z
    .number()
    .min(0)
    .max(maxAccuracyMetres)
    .exactOptional()
    .meta({ description: 'The radius in which the device is likely to be, metres.' }),
});

type Table = typeof installationTable;
type Said<When> = { [K in SaidField]: Table[K] extends { readonly said: When } ? K : never }[SaidField];
/** As JSON: instants are text. */
type Json<K extends SaidField> = K extends 'expiresAt' ? string : NonNullable<Installation[K]>;
type Shape<K extends SaidField> = {
  [F in K]: F extends ClearableField ? z.ZodExactOptional<z.ZodNullable<z.ZodType<Json<F>>>> : z.ZodExactOptional<z.ZodType<Json<F>>>;
};

/** Of fields that are more than text with a length. */
const forms: { readonly [K in SaidField]?: z.ZodType<Json<K>> } = {
  bundleId: bundleIdField,
  mutedChannels: z.array(textField(128)).max(maxChannels),
  tags: tagsField,
  attributes: attributesField,
  locale,
  language,
  country,
  timeZone,
  location,
  expiresAt: instantText,
  templates: templatesField,
  pushVariables: pushVariablesField,
};

/** What may change with every start of the app. */
export const sessionFields = { token: z.exactOptional(tokenField.nullable()), ...shapeOf<Said<'session'>>('session') };

/** All that callers may say about an installation: absent = unchanged, `null` = cleared. */
export const installationFields = { ...shapeOf<Said<'registration'>>('registration'), ...sessionFields };

/**
 * What a body may get wrong of an sdk key: all that its token is of use without. It is left out and named. Where a body does not say whose token it is about,
 * what any provider needs is needed.
 */
export function spareFields(body: unknown): readonly string[] {
  const { provider } = (body ?? {}) as { readonly provider?: unknown };
  const isKnown = PROVIDERS.some((name) => name === provider);
  return fieldsWith(installationTable, 'said').filter((name) => {
    const { essential = [] } = rowOf(installationTable, name);
    return essential !== true && (essential.length === 0 || (isKnown && !essential.some((name) => name === provider)));
  });
}

function shapeOf<K extends SaidField>(when: 'session' | 'registration'): Shape<K> {
  const names = fieldsWith(installationTable, 'said').filter((name) => rowOf(installationTable, name).said === when);
  return Object.fromEntries(names.map((name) => [name, schemaOf(name as SaidField)])) as Shape<K>;
}

function schemaOf(name: SaidField): z.ZodType {
  const { kind, maxLength, clearable } = rowOf(installationTable, name);
  const schema =
    forms[name] ?? (kind.words ? z.enum(kind.words) : kind.name === 'flag' ? z.boolean() : textField(maxLength ?? defaultLength));
  return z.exactOptional(clearable ? schema.nullable() : schema);
}
