import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiExtension, type OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import { Consumes } from '../request/media-types.ts';
import { convertSchema } from './schema-converter.ts';

type Json = Record<string, unknown>;
type Bodies = Readonly<Record<string, { readonly schema: Json; readonly components: Json }>>;

const extension = 'x-bodies';

/** The body of a call that reads it itself (`readBody`), for the OpenAPI document. The schema holds no named components. */
export function DocumentedBody(schema: z.ZodType, examples: Readonly<Record<string, unknown>>): MethodDecorator {
  return ApiBody({
    schema: convertSchema(schema, { schemaType: 'input' })?.schema ?? {},
    examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { summary: name, value }])),
  });
}

/** The body of a call by its media type, for the OpenAPI document; `@Body()` says what is checked. */
export function DocumentedBodies(schemas: Readonly<Record<string, z.ZodType>>): MethodDecorator {
  const bodies = Object.entries(schemas).map(([type, schema]) => {
    const { schema: body = {}, components = {} } = convertSchema(schema, { schemaType: 'input' }) ?? {};
    return [type, { schema: body, components }] as const;
  });
  return applyDecorators(Consumes(...Object.keys(schemas)), ApiExtension(extension, Object.fromEntries(bodies)));
}

/** Puts what `DocumentedBodies` said where OpenAPI has it. */
export function spreadBodies(document: OpenAPIObject): void {
  const schemas = ((document.components ??= {}).schemas ??= {}) as Json;
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item) as (Json & { requestBody?: { required?: boolean; content: Json } })[]) {
      const bodies = operation[extension] as Bodies | undefined;
      if (!bodies) continue;
      Reflect.deleteProperty(operation, extension);
      for (const { components } of Object.values(bodies)) Object.assign(schemas, components);
      const content = Object.fromEntries(Object.entries(bodies).map(([type, { schema }]) => [type, { schema }]));
      operation.requestBody = { required: true, ...operation.requestBody, content }; // a stream has no type that Nest would tell of
    }
  }
}
