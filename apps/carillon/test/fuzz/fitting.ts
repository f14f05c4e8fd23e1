import fc from 'fast-check';
import { hostileValue } from './hostile.ts';

/** As much of JSON Schema as our document speaks. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
}

export type Components = Readonly<Record<string, Schema>>;

const maxText = 60;
const mostItems = 4;
const maxDepth = 6;
const dates = { min: new Date('2020-01-01T00:00:00Z'), max: new Date('2035-01-01T00:00:00Z'), noInvalidDate: true };

/** Values that fit a schema. */
export function fitting(schema: Schema, components: Components, depth = 0): fc.Arbitrary<unknown> {
  const inner = (part: Schema) => fitting(part, components, depth + 1);
  if (depth > maxDepth) return fc.constant(null);
  if (schema.$ref !== undefined) return inner(components[schema.$ref.replace('#/components/schemas/', '')] ?? {});
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const branches = schema.anyOf ?? schema.oneOf;
  const made = branches ? fc.oneof(...branches.map(inner)) : ofType(schema, inner);
  return 'example' in schema ? fc.oneof({ arbitrary: made, weight: 3 }, { arbitrary: fc.constant(schema.example), weight: 1 }) : made;
}

function ofType(schema: Schema, inner: (part: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { minimum = -1_000, maximum = 1_000_000, items = {}, minItems = 0, maxItems = mostItems } = schema;
  switch (schema.type ?? 'any') {
    case 'string':
      return textOf(schema);
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: minimum, max: maximum, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inner(items), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, mostItems)) });
    case 'object':
      return objectOf(schema, inner);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function textOf({ format, pattern, minLength = 0, maxLength = maxText }: Schema): fc.Arbitrary<string> {
  const max = Math.max(minLength, Math.min(maxLength, maxText));
  if (format === 'date-time') return fc.date(dates).map((date) => date.toISOString());
  if (format === 'uuid') return fc.uuid();
  if (pattern === undefined) return fc.string({ unit: 'grapheme', minLength, maxLength: max });
  return fc.stringMatching(new RegExp(pattern), { size: 'small' }).filter((text) => text.length >= minLength && text.length <= maxLength);
}

function objectOf(
  { properties = {}, required = [], additionalProperties, propertyNames }: Schema,
  inner: (part: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, inner(part)])), {
    requiredKeys: [...required],
    noNullPrototype: true,
  });
  if (typeof additionalProperties !== 'object') return known;
  const names = propertyNames ? (inner(propertyNames) as fc.Arbitrary<string>) : fc.string({ minLength: 1, maxLength: 20 });
  return fc
    .tuple(known, fc.dictionary(names, inner(additionalProperties), { maxKeys: 4, noNullPrototype: true }))
    .map(([own, more]) => ({ ...more, ...own }));
}

/** Values that fit but for one place. */
export function nearlyFitting(schema: Schema, components: Components): fc.Arbitrary<unknown> {
  return fc
    .record({ value: fitting(schema, components), place: fc.nat(), way: fc.nat(3), hostile: hostileValue })
    .map(({ value, place, way, hostile }) => spoilt(value, place, way, hostile));
}

function spoilt(value: unknown, place: number, way: number, hostile: unknown): unknown {
  if (typeof value !== 'object' || value === null) return way === 0 ? [value] : hostile;
  const copy = structuredClone(value) as Record<string, unknown>;
  const keys = Object.keys(copy);
  const key = keys[place % Math.max(1, keys.length)];
  if (key === undefined || way === 0) return Array.isArray(copy) ? [...(copy as unknown[]), hostile] : { ...copy, surprise: hostile };
  if (way === 1) Reflect.deleteProperty(copy, key);
  else copy[key] = spoilt(copy[key], Math.floor(place / keys.length), way === 2 ? way : 3, hostile);
  return copy;
}
