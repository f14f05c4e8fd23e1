import type { OpenAPIObject } from '@nestjs/swagger';

export type Schema = Record<string, unknown>;

/** Beyond this a whole number needs 64 bits; generators take 32 where nothing is said. */
const largestInt32 = 2_147_483_647;

/**
 * Writes the schemas of a document so that generators of clients understand them, without changing what they allow: `type: [x, "null"]` instead of a union
 * with null, members of unions that are components of their own, no defaults that are objects or lists, no classes of Unicode in patterns. A component with
 * `x-exactly-one-of` becomes a union with one member for each of those fields.
 */
export function makeSchemasPlain(document: OpenAPIObject): void {
  const schemas = ((document.components ??= {}).schemas ??= {}) as Record<string, Schema>;
  const naming = new Components(schemas);
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = exactlyOne(plain(schema, name, naming), name, naming);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item as Record<string, { operationId?: string }>))
      plainBelow(operation, operation.operationId ?? path, naming);
  }
}

/** Components by name; members of unions are added to them. */
class Components {
  constructor(private readonly schemas: Record<string, Schema>) {}

  add(name: string, schema: Schema): Schema {
    let free = name;
    for (let n = 2; free in this.schemas && JSON.stringify(this.schemas[free]) !== JSON.stringify(schema); n += 1) free = `${name}${n}`;
    this.schemas[free] = schema;
    return { $ref: `#/components/schemas/${free}` };
  }

  resolved(schema: Schema): Schema {
    const name = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
    return (name === undefined ? undefined : this.schemas[name]) ?? schema;
  }
}

/** Finds the schemas of an operation: parameters, bodies, answers. */
function plainBelow(node: unknown, name: string, naming: Components): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [key, value] of Object.entries(node)) {
    if (key === 'schema' && isSchema(value)) (node as Schema)[key] = plain(value, pascal(name), naming);
    else if (key !== 'example' && key !== 'examples') plainBelow(value, name, naming);
  }
}

function plain(schema: Schema, name: string, naming: Components): Schema {
  const { propertyNames, ...rest } = schema;
  const own: Schema = { ...rest };
  if (isSchema(propertyNames) && typeof propertyNames['pattern'] === 'string')
    own['description'] = withPattern(own, propertyNames['pattern']);
  if (typeof own['pattern'] === 'string' && own['pattern'].includes('\\p{')) {
    own['description'] = withPattern(own, own['pattern']);
    delete own['pattern'];
  }
  if (typeof own['default'] === 'object' && own['default'] !== null) delete own['default'];
  if (own['type'] === 'integer') Object.assign(own, wide(own));
  if (own['minimum'] === Number.MIN_SAFE_INTEGER) delete own['minimum'];
  if (own['maximum'] === Number.MAX_SAFE_INTEGER) delete own['maximum'];
  if (own['type'] === 'boolean' && onlyValue(own) !== undefined) Object.assign(own, notTheOther(own));
  const { properties, items, additionalProperties } = own;
  if (isSchema(properties)) {
    own['properties'] = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, plain(value as Schema, name + pascal(key), naming)]),
    );
  }
  if (isSchema(items)) own['items'] = plain(items, `${name}Item`, naming);
  if (isSchema(additionalProperties)) {
    const value = plain(additionalProperties, `${name}Value`, naming);
    own['additionalProperties'] = Object.keys(value).length === 0 ? true : value;
  }
  for (const key of ['anyOf', 'oneOf'] as const) if (Array.isArray(own[key])) return union(own, key, name, naming);
  return own;
}

function union(schema: Schema, key: 'anyOf' | 'oneOf', name: string, naming: Components): Schema {
  const { [key]: list, ...rest } = schema;
  const written = (list as Schema[]).map((member) => plain(member, name, naming)).flatMap((member) => membersOf(member, key));
  const isNullable = written.some(isNull);
  const members = written.filter((member) => !isNull(member));
  const [only] = members;
  if (only && members.length === 1) {
    if ('$ref' in only || !('type' in only)) return isNullable ? { ...rest, [key]: [only, { type: 'null' }] } : { ...rest, ...only };
    return { ...only, ...rest, ...(isNullable && nullable(only)) };
  }
  const named = members.map((member) => (isObject(member) ? naming.add(name + suffixOf(member, members, naming), member) : member));
  return { ...rest, [key]: isNullable ? [...named, { type: 'null' }] : named };
}

/** A union inside a union is one. */
function membersOf(member: Schema, key: 'anyOf' | 'oneOf'): Schema[] {
  const { description: _description, [key]: inner, ...others } = member;
  return Array.isArray(inner) && Object.keys(others).length === 0 ? (inner as Schema[]) : [member];
}

function nullable({ type, enum: values }: Schema): Schema {
  const types = [type].flat() as string[];
  return {
    type: types.includes('null') ? types : [...types, 'null'],
    ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
  };
}

/** What tells a member from the others: the only value of a field that all have, else a field that it alone requires. */
function suffixOf(member: Schema, members: readonly Schema[], naming: Components): string {
  const objects = members.map((one) => naming.resolved(one)).filter(isObject);
  const required = (member['required'] ?? []) as string[];
  for (const field of required) {
    const values = objects.map((one) => onlyValue((one['properties'] as Record<string, Schema>)[field]));
    if (new Set(values).size === objects.length && !values.includes(undefined)) return pascal(String(onlyValue((member['properties'] as Record<string, Schema>)[field]))); // prettier-ignore
  }
  const others = objects.filter((one) => one !== member).flatMap((one) => (one['required'] ?? []) as string[]);
  return pascal(required.find((field) => !others.includes(field)) ?? 'object');
}

/** Each member has one of the fields, and none of the others. */
function exactlyOne(schema: Schema, name: string, naming: Components): Schema {
  const { 'x-exactly-one-of': fields, ...rest } = schema;
  if (!Array.isArray(fields)) return schema;
  const { properties, required, description, example, examples, ...others } = rest as Schema & { properties: Record<string, Schema> };
  const members = (fields as string[]).map((field) => {
    const kept = Object.fromEntries(Object.entries(properties).filter(([key]) => key === field || !fields.includes(key)));
    return naming.add(name + pascal(field), { ...others, properties: kept, required: [field, ...((required ?? []) as string[])] });
  });
  return Object.fromEntries(Object.entries({ description, example, examples, oneOf: members }).filter(([, value]) => value !== undefined));
}

function wide({ minimum, maximum, format }: Schema): Schema {
  const isSmall = typeof maximum === 'number' && maximum <= largestInt32 && typeof minimum === 'number' && minimum >= -largestInt32;
  return format === undefined && !isSmall ? { format: 'int64' } : {};
}

/** Generators write the only value of a truth value as text; what it is not they leave alone. */
function notTheOther(schema: Schema): Schema {
  const only = onlyValue(schema) as boolean;
  delete schema['const'];
  delete schema['enum'];
  return { not: { enum: [!only] }, description: [schema['description'], `Always \`${only}\`.`].filter(Boolean).join(' ') };
}

function withPattern({ description }: Schema, pattern: string): string {
  return [description, `Names match \`${pattern}\`.`].filter(Boolean).join(' ');
}

function onlyValue(schema: Schema | undefined): unknown {
  const values = schema?.['enum'];
  return schema?.['const'] ?? (Array.isArray(values) && values.length === 1 ? (values[0] as unknown) : undefined);
}

function pascal(text: string): string {
  return text.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, first: string) => first.toUpperCase());
}

const isNull = (schema: Schema) => schema['type'] === 'null';
const isObject = (schema: Schema) => schema['type'] === 'object' && !('$ref' in schema) && isSchema(schema['properties']);

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
