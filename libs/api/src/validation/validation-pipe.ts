import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { fieldErrors } from '../errors/field-error.ts';
import { refusalOf } from '../errors/request-invalid.ts';
import { currentCall } from '../request/call.ts';
import { lenientParse } from './lenient-parse.ts';

const places = { param: 'path', query: 'query' } as const;

/**
 * Checks what `@Body({ schema })`, `@Param('id', { schema })` and `@Query({ schema })` declare; all problems at once.
 * Schemas are strict objects. For sdk keys unknown fields of a body are left out instead of refused, and named in the
 * answer's `ignoredFields` (`tellIgnoredFields`).
 */
export class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T = unknown>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const { schema, type } = metadata;
    if (!schema || type === 'custom') return value;
    const parsed = (await resultOf(schema, value, type)) as StandardSchemaV1.Result<T>;
    if (!parsed.issues) return parsed.value;
    const place = type === 'body' ? undefined : places[type];
    const prefix = metadata.data === undefined ? '' : `/${metadata.data}`;
    throw refusalOf(
      parsed.issues,
      fieldErrors(parsed.issues, schema).map((error) => (place ? { ...error, pointer: `${prefix}${error.pointer}`, in: place } : error)),
    );
  }
}

async function resultOf(
  schema: StandardSchemaV1,
  value: unknown,
  type: ArgumentMetadata['type'],
): Promise<StandardSchemaV1.Result<unknown>> {
  const call = currentCall();
  if (type !== 'body' || call?.principal?.kind !== 'sdk') return schema['~standard'].validate(value);
  const { result, ignoredFields } = await lenientParse(schema, value);
  call.ignoredFields = ignoredFields;
  call.bodySchema = schema;
  return result;
}
