import type { z } from 'zod';
import { fieldErrors } from '../errors/field-error.ts';
import { refusalOf } from '../errors/request-invalid.ts';

/** For bodies whose schema depends on more than the route; elsewhere `@Body({ schema })` does it. Throws RequestInvalid. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw refusalOf(parsed.error.issues, fieldErrors(parsed.error.issues, schema), { cause: parsed.error });
  return parsed.data;
}
