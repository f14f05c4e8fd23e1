import { ApiBody } from '@nestjs/swagger';
import type { z } from 'zod';
import { convertSchema } from './schema-converter.ts';

/** The body of a call that reads it itself (`readBody`), for the OpenAPI document. The schema holds no named components. */
export function DocumentedBody(schema: z.ZodType, examples: Readonly<Record<string, unknown>>): MethodDecorator {
  return ApiBody({
    schema: convertSchema(schema, { schemaType: 'input' })?.schema ?? {},
    examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { summary: name, value }])),
  });
}
