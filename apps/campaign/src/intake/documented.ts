import type { z } from 'zod';

/**
 * The schema for the documentation of a body that its handler reads itself: everything passes. The handler names all problems at once,
 * those of the languages inside (tag expressions, Liquid) included, which no JSON Schema sees.
 */
export function documented(schema: z.ZodType): z.ZodType {
  const copy = schema.clone(undefined, { parent: true });
  Object.defineProperty(copy, '~standard', { value: { ...schema['~standard'], validate: (value: unknown) => ({ value }) } });
  return copy;
}
