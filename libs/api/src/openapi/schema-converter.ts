import { z } from 'zod';

type Json = Record<string, unknown>;

interface Converted {
  readonly schema: Json;
  readonly components?: Record<string, Json>;
}

/**
 * Turns zod schemas into JSON Schema 2020-12, which OpenAPI 3.1 speaks. Schemas with `.meta({ id })` become components; one that
 * reads differently as input (defaults make fields optional) is named `<id>Input` there.
 */
export function convertSchema(schema: unknown, { schemaType: io }: { schemaType: 'input' | 'output' }): Converted | undefined {
  if (!(schema instanceof z.ZodType)) return undefined;
  const converted = jsonSchemaOf(schema, io);
  const { $defs = {}, $schema: _dialect, ...root } = converted as { $defs?: Record<string, Json>; $schema?: string } & Json;
  const own = schema.meta()?.id;
  const definitions = own === undefined || own in $defs ? $defs : { ...$defs, [own]: root };
  const names = namesOf(Object.keys(definitions), io);
  const components = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [names.get(name) ?? name, renamed(withoutId(definition), names)]),
  );
  const body = own === undefined ? renamed(root, names) : { $ref: `#/components/schemas/${names.get(own) ?? own}` };
  return { schema: body, components };
}

function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  return z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // Answers may gain fields; a client made from the document must not refuse them.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // zod takes the examples of what it transforms for outputs and leaves them out; ours are what callers write.
      const examples = io === 'input' ? z.globalRegistry.get(zodSchema)?.['examples'] : undefined;
      if (Array.isArray(examples) && jsonSchema.$ref === undefined) jsonSchema.examples = examples as unknown[];
    },
  });
}

function namesOf(ids: readonly string[], io: 'input' | 'output'): Map<string, string> {
  return new Map(ids.map((id) => [id, io === 'input' ? inputName(id) : id]));
}

function inputName(id: string): string {
  return id.endsWith('Input') ? id : `${id}Input`;
}

function withoutId({ id: _id, ...schema }: Json): Json {
  return schema;
}

/** Points references at the components. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): Json {
  return rewrite(value, names) as Json;
}

function rewrite(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const target = key === '$ref' && typeof member === 'string' ? /^#\/\$defs\/(.+)$/.exec(member)?.[1] : undefined;
      return [key, target === undefined ? rewrite(member, names) : `#/components/schemas/${names.get(target) ?? target}`];
    }),
  );
}
