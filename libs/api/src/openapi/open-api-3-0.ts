import type { OpenAPIObject } from '@nestjs/swagger';
import type { Schema } from './plain-schemas.ts';

const whatIsNoSchema = new Set(['example', 'examples', 'enum', 'const', 'required', 'default']);

/** The same document as OpenAPI 3.0.3, for tools that do not know 3.1: it says the same as far as 3.0 can. */
export function asOpenApi30(document: OpenAPIObject): OpenAPIObject {
  return { ...(older(document) as OpenAPIObject), openapi: '3.0.3' };
}

function older(node: unknown, key = ''): unknown {
  if (Array.isArray(node)) return node.map((one) => (whatIsNoSchema.has(key) ? (one as unknown) : older(one)));
  if (typeof node !== 'object' || node === null) return node;
  const below = (value: object) =>
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, whatIsNoSchema.has(name) ? (one as unknown) : older(one, name)]));
  if (key === 'properties') return Object.fromEntries(Object.entries(node).map(([name, one]) => [name, older(one)]));
  return olderSchema(below(node));
}

function olderSchema(schema: Schema): Schema {
  const { type, const: only, examples, propertyNames: _names, ...rest } = schema;
  const own: Schema = type === undefined ? rest : { type, ...rest };
  if ('const' in schema) own['enum'] = [only];
  if (Array.isArray(examples)) own['example'] ??= (examples as unknown[])[0];
  else if (examples !== undefined) own['examples'] = examples;
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof own[exclusive] === 'number') Object.assign(own, { [bound]: own[exclusive], [exclusive]: true });
  }
  if (Array.isArray(type)) Object.assign(own, ofTypes(type as string[], own));
  return withoutNull(own);
}

function ofTypes(types: readonly string[], own: Schema): Schema {
  const real = types.filter((one) => one !== 'null');
  const isNullable = real.length < types.length;
  if (real.length === 1) return { type: real[0], ...(isNullable && { nullable: true }) };
  delete own['type'];
  return { anyOf: real.map((type) => ({ type })), ...(isNullable && { nullable: true }) };
}

/** `nullable` stands for a union with null; beside a reference it needs `allOf`, as siblings of `$ref` are ignored in 3.0. */
function withoutNull(schema: Schema): Schema {
  for (const key of ['anyOf', 'oneOf'] as const) {
    const members = schema[key] as Schema[] | undefined;
    if (!members?.some(({ type }) => type === 'null')) continue;
    const { [key]: _members, ...rest } = schema;
    const others = members.filter(({ type }) => type !== 'null');
    return { ...rest, [others.length === 1 ? 'allOf' : key]: others, nullable: true };
  }
  return schema;
}
