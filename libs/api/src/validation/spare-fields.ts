import type { StandardSchemaV1 } from '@standard-schema/spec';

/** The fields that a body may get wrong, going by what else it says. */
type SpareFields = (body: unknown) => Iterable<string>;

const spareFields = new WeakMap<StandardSchemaV1, SpareFields>();

/**
 * Says which fields of a body an sdk key may get wrong: one that does not validate is left out and named in `ignoredFields`, instead of costing
 * the whole call. A device's odd clock or model must not cost its registration. Other keys get 400 as for every field.
 */
export function withSpareFields<S extends StandardSchemaV1>(schema: S, fields: SpareFields): S {
  spareFields.set(schema, fields);
  return schema;
}

/** The fields named by `withSpareFields`; none for other schemas. */
export function spareFieldsOf(schema: StandardSchemaV1, body: unknown): ReadonlySet<string> {
  return new Set(spareFields.get(schema)?.(body));
}
