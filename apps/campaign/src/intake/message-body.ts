import { BUILT_PROVIDERS, canonicalLocale, type BuiltProvider } from '#libs/kernel';
import { z } from 'zod';
import { jsonObject } from './json-object.ts';

const maxText = 16_384;
const maxName = 256;
const maxUrl = 2_048;
const maxActions = 10;
const maxData = 100;
const maxLanguages = 100;
/** No provider takes more than some kilobytes; this is room for many languages. */
export const LONGEST_MESSAGE = 262_144;
const maxOverride = 16_384;
const liquid = /\{\{|\{%/;

const text = z.string().max(maxText);
const name = z.string().min(1).max(maxName);
/** Liquid may build any URL; what is written out must be one that phones fetch. */
const imageUrl = z
  .string()
  .max(maxUrl)
  .refine((url) => liquid.test(url) || URL.parse(url)?.protocol === 'https:', 'Must be an https URL');
const link = z.string().min(1).max(maxUrl);
/** Any other text would come to no number for anybody. */
const liquidNumber = z
  .string()
  .min(1)
  .max(maxName)
  .refine((badge) => liquid.test(badge) || /^\d+$/.test(badge));

const maxProperties = 65_536;
const templateName = z.string().regex(/^[A-Za-z0-9_@#.:-]{1,120}$/, 'Names are 1 to 120 of A-Z a-z 0-9 _ @ # . : -');
const propertyName = /^[A-Za-z0-9_]{1,120}$/;

/** Templates compare names without case. */
const properties = z
  .record(z.string().regex(propertyName, 'Names are 1 to 120 letters, digits and _'), text)
  .refine((values) => JSON.stringify(values).length <= maxProperties, `Must be at most ${maxProperties} characters of JSON`)
  .refine(
    (values) => new Set(Object.keys(values).map((key) => key.toLowerCase())).size === Object.keys(values).length,
    'Two names differ by case alone',
  )
  .meta({ description: 'What the template of an installation may name: texts by name.', examples: [{ title: 'Hello' }] });

const localizedTexts = z.strictObject({
  title: text.exactOptional(),
  subtitle: text.exactOptional(),
  body: text.exactOptional(),
  image: imageUrl.exactOptional(),
  link: link.exactOptional(),
});

const overrides = z.strictObject(
  Object.fromEntries(BUILT_PROVIDERS.map((provider) => [provider, jsonObject(maxOverride).exactOptional()])) as Record<
    BuiltProvider,
    z.ZodExactOptional<ReturnType<typeof jsonObject>>
  >,
);

/** A message as its author writes it (docs/api, "A send"); Liquid in any string is checked apart. */
export const messageBody = z
  .strictObject({
    title: text.exactOptional(),
    subtitle: text.exactOptional(),
    body: text.exactOptional(),
    image: imageUrl.exactOptional(),
    icon: z.string().min(1).max(maxUrl).exactOptional(),
    sound: name.exactOptional(),
    badge: z.union([z.int().min(0), liquidNumber], 'Must be a whole number from 0, or Liquid that makes one').exactOptional(),
    data: z
      .record(z.string().min(1).max(maxName), text)
      .refine((data) => Object.keys(data).length <= maxData, `Must be at most ${maxData} keys`)
      .exactOptional(),
    link: link.exactOptional(),
    actions: z
      .array(z.strictObject({ id: name, title: z.string().min(1).max(maxText), link: link.exactOptional() }))
      .max(maxActions)
      .exactOptional(),
    category: name.exactOptional(),
    androidChannel: name.exactOptional(),
    silent: z.boolean().exactOptional(),
    interruptionLevel: z.enum(['passive', 'active', 'time-sensitive', 'critical']).exactOptional(),
    localized: z
      .record(
        z.string().refine((tag) => canonicalLocale(tag) !== undefined, 'Must be a language tag (BCP 47), such as fr or pt-BR'),
        localizedTexts,
      )
      .refine((languages) => Object.keys(languages).length <= maxLanguages, `Must be at most ${maxLanguages} languages`)
      .exactOptional(),
    overrides: overrides.exactOptional(),
    installationTemplate: templateName.exactOptional().meta({
      description:
        'The name of a template that installations have: each is sent its own, filled with `properties`. In the place of all else.',
    }),
    properties: properties.exactOptional(),
  })
  .refine(
    ({ installationTemplate, properties: given }) => (installationTemplate === undefined) === (given === undefined),
    'installationTemplate and properties go together',
  )
  .refine(
    ({ installationTemplate, properties: _, ...own }) => installationTemplate === undefined || Object.keys(own).length === 0,
    'A message that is a template of its installation has nothing else',
  )
  .refine(
    ({ title, body, data, badge, installationTemplate }) =>
      installationTemplate !== undefined || Boolean(title) || Boolean(body) || Object.keys(data ?? {}).length > 0 || badge !== undefined,
    'At least one of title, body, data and badge is needed',
  )
  .refine((message) => JSON.stringify(message).length <= LONGEST_MESSAGE, `Must be at most ${LONGEST_MESSAGE} characters of JSON`)
  .meta({
    id: 'Message',
    examples: [{ title: 'Hello {{user.attributes.name | default: "you"}}', localized: { fr: { title: 'Bonjour' } } }],
  });
