import type { AttributeChange, AttributeChanges, AttributeValue } from '#libs/registry';
import { z } from 'zod';
import { attributeNameField, attributeValueField } from './fields.ts';

const maxDepth = 3;
const maxChanges = 250;
const maxProperties = 50;
const maxPropertiesText = 4_096;
const dottedName = z
  .string()
  .regex(
    /^[\p{L}\p{N}_ @#:-]{1,120}(?:\.[\p{L}\p{N}_ @#:-]{1,120}){0,2}$/u,
    'names are 1 to 120 letters, digits, blanks or _ @ # : -, up to three of them with dots between',
  );

const texts = z.array(z.string().max(255)).min(1).max(50);
/** What a change may be, beside a new value. */
const changeField = z.union(
  [
    attributeValueField,
    z.null(),
    z.strictObject({ $inc: z.number() }).meta({ description: 'Adds to a number; to nothing as to 0.' }),
    z.strictObject({ $add: texts }).meta({ description: 'Texts that come into a list, each once.' }),
    z.strictObject({ $remove: texts }).meta({ description: 'Texts that leave a list.' }),
  ],
  {
    error:
      'must be text of up to 1,024 characters, a number, true or false, a list of up to 50 texts, null, {"$inc": number}, {"$add": texts}, {"$remove": texts}, or an object of such, 3 deep at most',
  },
);

/** Values that may stand in objects, 3 deep with the names on top. */
function inObjects<S extends z.ZodType>(value: S) {
  const second = z.union([value, z.record(attributeNameField, value)]);
  return z.union([value, z.record(attributeNameField, second)]);
}

type Nested<T> = T | { readonly [name: string]: Nested<T> };

/** Changes of a person's attributes by dotted names, however their author nested them. */
export const attributeChangesField = z
  .record(dottedName, inObjects(changeField))
  .transform((changes, context): AttributeChanges => {
    const flat = flattened<AttributeChange>(changes);
    if (Object.keys(flat).length > maxChanges) context.addIssue(`must be at most ${maxChanges} attributes`);
    if (isTooDeep(flat)) context.addIssue(`objects are at most ${maxDepth} deep`);
    return flat;
  })
  .meta({
    id: 'AttributeChanges',
    examples: [{ plan: 'gold', address: { city: 'Paris' }, visits: { $inc: 1 }, teams: { $add: ['red'] }, trialEnds: null }],
  });

/** What is known of an event, by dotted names. */
export const eventPropertiesField = z
  .record(dottedName, inObjects(attributeValueField))
  .transform((properties, context): Readonly<Record<string, AttributeValue>> => {
    const flat = flattened<AttributeValue>(properties);
    if (Object.keys(flat).length > maxProperties) context.addIssue(`must be at most ${maxProperties} properties`);
    if (isTooDeep(flat)) context.addIssue(`objects are at most ${maxDepth} deep`);
    if (JSON.stringify(flat).length > maxPropertiesText) context.addIssue(`must be at most ${maxPropertiesText} characters of JSON`);
    return flat;
  })
  .meta({ id: 'EventProperties', examples: [{ total: 42.5, currency: 'EUR' }] });

/** The attributes of a person as they are answered: members of objects in their objects. */
export const userAttributesField = z
  .record(z.string(), z.unknown())
  .meta({ id: 'UserAttributes', examples: [{ plan: 'gold', age: 41, address: { city: 'Paris' }, teams: ['red', 'blue'] }] });

function flattened<T>(nested: Readonly<Record<string, Nested<T>>>, prefix = ''): Record<string, T> {
  const flat: Record<string, T> = {};
  for (const [name, value] of Object.entries(nested)) {
    const path = prefix + name;
    if (isObject(value)) Object.assign(flat, flattened(value, `${path}.`));
    else flat[path] = value;
  }
  return flat;
}

/** Changes such as `{"$inc": 1}` are no objects of somebody's: no name begins with a dollar. */
function isObject<T>(value: Nested<T>): value is Readonly<Record<string, Nested<T>>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Object.keys(value).some((name) => name.startsWith('$'));
}

function isTooDeep(flat: object): boolean {
  return Object.keys(flat).some((name) => name.split('.').length > maxDepth);
}
