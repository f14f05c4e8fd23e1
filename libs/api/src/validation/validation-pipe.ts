import { StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { fieldErrors, pointerTo, problemPaths } from '../errors/field-error.ts';
import { refusalOf } from '../errors/request-invalid.ts';
import { currentCall } from '../request/call.ts';
import { spareFieldsOf } from './spare-fields.ts';
import { z } from 'zod';

/** Unknown fields inside unknown fields go with their parent, so few rounds suffice. */
const maxRounds = 4;

interface LenientResult {
  readonly result: StandardSchemaV1.Result<unknown>;
  /** What was left out: the pointer without its first slash. */
  readonly ignoredFields: readonly string[];
}

const places = { param: 'path', query: 'query' } as const;

/**
 * Checks what `@Body({ schema })`, `@Param('id', { schema })` and `@Query({ schema })` declare; all problems at once.
 * Schemas are strict objects. For sdk keys unknown fields of a body are left out instead of refused, and named in the
 * answer's `ignoredFields` (`tellIgnoredFields`).
 */
export class ValidationPipe extends StandardSchemaValidationPipe {
  override async transform<T = unknown>(value: T, metadata: ArgumentMetadata): Promise<T> {
    return validated(value, metadata) as T;
  }
}

/** What a schema makes of a value that was declared with it; the value itself where none was. Throws RequestInvalid. */
export function validated(value: unknown, { schema, type, data }: Pick<ArgumentMetadata, 'schema' | 'type' | 'data'>): unknown {
  if (!schema || type === 'custom') return value;
  const parsed = resultOf(schema, value, type);
  if (!parsed.issues) return parsed.value;
  const place = type === 'body' ? undefined : places[type];
  const prefix = data === undefined ? '' : `/${data}`;
  throw refusalOf(
    parsed.issues,
    fieldErrors(parsed.issues, schema).map((error) => (place ? { ...error, pointer: `${prefix}${error.pointer}`, in: place } : error)),
  );
}

function resultOf(schema: StandardSchemaV1, value: unknown, type: ArgumentMetadata['type']): StandardSchemaV1.Result<unknown> {
  const call = currentCall();
  if (type !== 'body' || call?.principal?.kind !== 'sdk') return resultNow(schema, value);
  const { result, ignoredFields } = lenientParse(schema, value);
  call.ignoredFields = ignoredFields;
  call.bodySchema = schema;
  return result;
}

/**
 * Schemas of ours ask nobody, so that none of them makes a call wait. Where a refinement throws, Zod tries once more and waits: its promise would be rejected
 * with nobody listening, which ends a process, so it is heard here, and the call fails with what was thrown.
 */
function resultNow(schema: StandardSchemaV1, value: unknown): StandardSchemaV1.Result<unknown> {
  const result = schema['~standard'].validate(value);
  if (!(result instanceof Promise)) return result;
  result.catch(() => undefined);
  if (schema instanceof z.ZodType) schema.parse(value);
  throw new TypeError('A schema of a call answers at once');
}

/**
 * Parses, leaving out the fields that a strict schema does not know (an app in the store may be newer than the server), and those of
 * `withSpareFields` that do not hold.
 */
function lenientParse(schema: StandardSchemaV1, value: unknown): LenientResult {
  const ignored: string[] = [];
  const spare = spareFieldsOf(schema, value);
  let rest = value;
  let result = resultNow(schema, rest);
  for (let round = 0; result.issues && round < maxRounds; round += 1) {
    const paths = leftOut(result.issues, spare);
    if (paths.length === 0) break;
    rest = without(rest, paths);
    ignored.push(...paths.map((path) => pointerTo(path).slice(1)));
    result = resultNow(schema, rest);
  }
  return { result, ignoredFields: ignored };
}

/** Unknown fields by their whole path, spare ones by their name alone: half of a list or of a place would be another one. */
function leftOut(issues: readonly StandardSchemaV1.Issue[], spare: ReadonlySet<string>): (readonly PropertyKey[])[] {
  const unknown: (readonly PropertyKey[])[] = [];
  const wrong = new Set<string>();
  for (const { path, unknown: isUnknown } of problemPaths(issues)) {
    const [field] = path;
    if (isUnknown) unknown.push(path);
    else if (typeof field === 'string' && spare.has(field)) wrong.add(field);
  }
  return [...unknown, ...[...wrong].map((field) => [field])];
}

function without(value: unknown, paths: readonly (readonly PropertyKey[])[]): unknown {
  const copy: unknown = structuredClone(value);
  for (const path of paths) {
    const key = path.at(-1);
    const parent = path.slice(0, -1).reduce<unknown>(memberOf, copy);
    if (typeof parent === 'object' && parent !== null && key !== undefined) Reflect.deleteProperty(parent, key);
  }
  return copy;
}

function memberOf(parent: unknown, step: PropertyKey): unknown {
  return typeof parent === 'object' && parent !== null ? (parent as Record<PropertyKey, unknown>)[step] : undefined;
}

/** For bodies whose schema depends on more than the route; elsewhere `@Body({ schema })` does it. Throws RequestInvalid. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw refusalOf(parsed.error.issues, fieldErrors(parsed.error.issues, schema), { cause: parsed.error });
  return parsed.data;
}
