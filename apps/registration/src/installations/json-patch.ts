import { RequestInvalid } from '#libs/api';
import { PushError } from '#libs/kernel';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { z } from 'zod';

const maxOperations = 100;
const largestDocument = 262_144;
const dangerousSteps: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const pointer = z
  .string()
  .max(512)
  .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'must be a JSON Pointer (RFC 6901) to a field')
  .refine((text) => !text.split('/').some((step) => dangerousSteps.has(step)), 'must not name __proto__, constructor or prototype');

const operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('add'), path: pointer, value: z.unknown() }),
  z.strictObject({ op: z.literal('replace'), path: pointer, value: z.unknown() }),
  z.strictObject({ op: z.literal('test'), path: pointer, value: z.unknown() }),
  z.strictObject({ op: z.literal('remove'), path: pointer }),
  z.strictObject({ op: z.literal('move'), path: pointer, from: pointer }),
  z.strictObject({ op: z.literal('copy'), path: pointer, from: pointer }),
]);

/** JSON Patch (RFC 6902). */
export const jsonPatchBody = z
  .array(operation)
  .max(maxOperations)
  .meta({
    id: 'JsonPatch',
    examples: [
      [
        { op: 'test', path: '/platform', value: 'ios' },
        { op: 'add', path: '/tags/-', value: 'beta' },
      ],
    ],
  });

type JsonPatch = z.output<typeof jsonPatchBody>;

/** The document with every operation applied, or none: throws PatchTestFailed or PatchNotApplicable. */
export function applyJsonPatch(document: object, patch: JsonPatch): unknown {
  let patched: unknown = structuredClone(document);
  for (const [index, one] of patch.entries()) {
    patched = applied(patched, one as Operation, index);
    // A few copies of a document into itself would fill the memory.
    if (one.op === 'copy' && JSON.stringify(patched).length > largestDocument)
      throw new PatchNotApplicable(index, 'the document grows too large');
  }
  return patched;
}

function applied(document: unknown, one: Operation, index: number): unknown {
  try {
    return jsonPatch.applyOperation(document, one, true, true, true, index).newDocument;
  } catch (error) {
    if ((error as { name?: unknown }).name === 'TEST_OPERATION_FAILED') throw new PatchTestFailed(index);
    throw new PatchNotApplicable(index, 'its path or value does not fit the document');
  }
}

/** A `test` of a JSON Patch did not hold; nothing was changed. */
export class PatchTestFailed extends PushError {
  readonly code = 'patch_test_failed';
  readonly retryable = false;
  readonly errors;

  constructor(index: number, options?: ErrorOptions) {
    super('A test of the JSON Patch did not hold; nothing was changed', options);
    this.errors = [{ pointer: `/${index}`, message: 'The value is another one' }];
  }
}

/** An operation of a JSON Patch cannot be carried out; nothing was changed. */
export class PatchNotApplicable extends RequestInvalid {
  override readonly code = 'patch_not_applicable';

  constructor(index: number, why: string, options?: ErrorOptions) {
    super([{ pointer: `/${index}`, message: `The operation cannot be carried out: ${why}` }], options);
  }
}
