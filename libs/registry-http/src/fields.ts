import { NO_CONTROL_CHARACTERS, pathId } from '#libs/api';
import { canonicalLocale } from '#libs/kernel';
import { EXTERNAL_ID_RESERVED, isReservedExternalId, type ExternalIdReserved } from '#libs/registry';
import { z } from 'zod';

const maxAttributes = 100;
const mostTags = 1_000; // the app's own limit (`settings.maxTags`) is checked with the app at hand
const maxAttributesText = 32_768;
const control = /\p{Cc}/u;

/** Text of a person's or a device's making: bounded, and free of control characters. */
export function textField(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !control.test(text), 'must not hold control characters')
    .meta({ pattern: NO_CONTROL_CHARACTERS });
}

/** Names a person who may or may not be known. */
export const externalIdField = pathId.meta({ description: "The app's own id of the person.", examples: ['charlie'] });

/** Names a person whom the call makes where nobody knows them yet: `null` and other placeholders are refused as `external_id_reserved`. */
export const newExternalIdField = pathId
  .refine((externalId) => externalId === '' || !isReservedExternalId(externalId), {
    error: EXTERNAL_ID_RESERVED,
    params: { problemCode: 'external_id_reserved' satisfies ExternalIdReserved['code'] },
  })
  .meta({ description: "The app's own id of the person; no placeholder such as `null`.", examples: ['charlie'] });

const ID_OF_NOTHING = 'must be an id: null, undefined, none, nil, blanks and the like are what programs write without one';

/** Names something that the call makes where it is not there yet. What programs write without an id is none: all devices that sent `null` would be one. */
export const newIdField = pathId
  .refine((id) => id === '' || !isReservedExternalId(id), ID_OF_NOTHING)
  .meta({ description: 'Percent-encoded UTF-8, up to 128 characters; no placeholder such as `null`' });

export const tagField = z
  .string()
  .regex(/^[A-Za-z0-9_@#.:-]{1,120}$/, 'must be 1 to 120 of A-Z a-z 0-9 _ @ # . : -')
  .meta({ id: 'Tag', examples: ['vip'] });

export const tagsField = z.array(tagField).max(mostTags);

export const attributeNameField = z
  .string()
  .regex(/^[\p{L}\p{N}_ @#:-]{1,120}$/u, 'names are 1 to 120 letters, digits, blanks or _ @ # : -');

export const attributeValueField = z
  .union([z.string().max(1_024), z.number(), z.boolean(), z.array(z.string().max(255)).max(50)], {
    error: 'must be text of up to 1,024 characters, a number, true or false, or a list of up to 50 texts',
  })
  .meta({ id: 'AttributeValue', description: 'Text (a date is RFC 3339 text), a number, true or false, or a list of texts.' });

export const attributesField = z
  .record(attributeNameField, attributeValueField)
  .refine((attributes) => Object.keys(attributes).length <= maxAttributes, `must be at most ${maxAttributes} attributes`)
  .refine((attributes) => JSON.stringify(attributes).length <= maxAttributesText, `must be at most ${maxAttributesText} characters of JSON`)
  .meta({ id: 'Attributes', examples: [{ plan: 'gold', age: 41, newsletter: true, teams: ['red', 'blue'] }] });

/** What was stored before tags were made canonical is shown in the same form. */
export function shownLocale(tag: string | null): string | null {
  return tag === null ? null : (canonicalLocale(tag) ?? tag);
}

/** Part of every answer that an sdk key may get. */
export const ignoredFields = z.array(z.string()).optional().meta({
  description:
    'For sdk keys: fields of the body that were left out: this server does not know them, they do not hold, or the app keeps them for its servers.',
});

const maxChanges = 200;

/** `POST …/tags`: adding and removing is free of races, because nobody sends the whole list. A tag in both lists is removed. */
export const tagChangeBody = z
  .strictObject({
    add: z.array(tagField).max(maxChanges).default([]),
    remove: z.array(tagField).max(maxChanges).default([]),
  })
  .meta({ id: 'TagChange', examples: [{ add: ['vip'], remove: ['trial'] }] });

export type TagChange = z.output<typeof tagChangeBody>;

export const tagsAnswer = z.object({ tags: tagsField }).meta({ id: 'Tags', examples: [{ tags: ['vip'] }] });

const maxAnswers = 2_000;

const maxName = 64;
const names = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/; // no bare offsets, which Intl would take too

/** Whether the text names a zone of the IANA time zone database, links such as `US/Pacific` included. */
export function isTimeZone(name: string): boolean {
  return name.length <= maxName && names.test(name) && isKnownToIntl(name);
}

const isKnownToIntl = remembered((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
});

/** Remembers what a costly check said of a text; callers bound the texts' length. */
function remembered(check: (text: string) => boolean): (text: string) => boolean {
  const answers = new Map<string, boolean>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = check(text);
    if (answers.size >= maxAnswers) answers.clear();
    answers.set(text, answer);
    return answer;
  };
}

const maxBundleId = 255;

export const bundleIdField = textField(maxBundleId).meta({
  description: 'The bundle id of the app, as APNs knows it, or its package name; no topic of another push type, such as `….voip`.',
});
