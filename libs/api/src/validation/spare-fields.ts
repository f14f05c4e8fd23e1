import type { StandardSchemaV1 } from '@standard-schema/spec';

const spareFields = new WeakMap<StandardSchemaV1, ReadonlySet<string>>();
const none: ReadonlySet<string> = new Set();

/**
 * Says which fields of a body an sdk key may get wrong: one that does not validate is left out and named in `ignoredFields`, instead of costing
 * the whole call. A device's odd clock or model must not cost its registration. Other keys get 400 as for every field.
 */
export function withSpareFields<S extends StandardSchemaV1>(schema: S, fields: Iterable<string>): S {
  spareFields.set(schema, new Set(fields));
  return schema;
}

/** The fields named by `withSpareFields`; none for other schemas. */
export function spareFieldsOf(schema: StandardSchemaV1): ReadonlySet<string> {
  return spareFields.get(schema) ?? none;
}
