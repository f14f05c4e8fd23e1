import { code } from './document.ts';

/** As much of JSON Schema as our contracts and settings use. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly (string | null)[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly contentEncoding?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly $schema?: string;
  readonly $ref?: string;
}

export interface Field {
  /** `tokens[].index` for a field of each item. */
  readonly name: string;
  readonly type: string;
  readonly description: string | undefined;
}

/** The fields of an object, those of nested objects and lists after their parent. */
export function fieldsOf(schema: JsonSchema, prefix = ''): Field[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    const type = required.has(key) ? typeOf(value) : `${typeOf(value)}, optional`;
    const inner = value.items ?? value;
    return [{ name, type, description: value.description }, ...fieldsOf(inner, value.items ? `${name}[].` : `${name}.`)];
  });
}

/** A schema with a name of its own stands among the definitions, and its root only refers to it. */
export function unwrapped(schema: JsonSchema): JsonSchema {
  return schema.$ref === undefined ? schema : (schema.$defs?.[schema.$ref.split('/').at(-1) ?? ''] ?? schema);
}

/** A type in words. */
export function typeOf(schema: JsonSchema): string {
  const { anyOf, type } = schema;
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (typeof type === 'object') return type.map((one) => typeOf({ ...schema, type: one })).join(' or ');
  return type === 'null' ? 'null' : plainTypeOf(schema);
}

function plainTypeOf({ enum: values, items, type, format, contentEncoding }: JsonSchema): string {
  const words = values?.filter((value) => value !== null).map(code);
  if (words) return words.length === 1 ? words.join('') : `one of ${words.join(', ')}`;
  if (items) return `list of ${typeOf(items)}s`;
  if (contentEncoding === 'base64' || format === 'base64') return 'base64';
  if (format === 'date-time') return 'time (RFC 3339)';
  if (format === 'uuid') return 'UUID';
  if (format === 'uri') return 'URL';
  if (type === 'integer') return 'whole number';
  return type === 'string' ? 'text' : String(type ?? 'anything');
}
