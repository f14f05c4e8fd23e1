import { code } from './document.ts';

/** As much of JSON Schema as our contracts and settings use. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
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

/** A type in words. */
export function typeOf(schema: JsonSchema): string {
  const { anyOf, items, type, format, contentEncoding } = schema;
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (schema.enum) return `one of ${schema.enum.map(code).join(', ')}`;
  if (items) return `list of ${typeOf(items)}s`;
  if (contentEncoding === 'base64' || format === 'base64') return 'base64';
  if (format === 'date-time') return 'time (RFC 3339)';
  if (format === 'uuid') return 'UUID';
  if (format === 'uri') return 'URL';
  if (type === 'integer') return 'whole number';
  return type === 'string' ? 'text' : (type ?? 'anything');
}
