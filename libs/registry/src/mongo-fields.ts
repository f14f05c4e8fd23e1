import type { Kind } from './field-kinds.ts';
import type { FieldTable } from './field-table.ts';

/** Members as a document has them: what may be null may be absent. */
export type Stored<T> = { readonly [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as null extends T[K] ? K : never]?: NonNullable<T[K]>;
};

const types: Readonly<Record<Kind<unknown>['name'], unknown>> = {
  text: String,
  locale: String,
  number: Number,
  instant: Number,
  flag: Boolean,
  tags: { type: [String], default: undefined },
  texts: { type: [String], default: undefined },
  attributes: Object,
  place: Object,
  secret: String,
};

/** Fields of the document itself, and those that stand in its `details`. The record's key is the document's `_id`. */
export function ownFieldsOf(table: FieldTable): { readonly own: FieldTable; readonly rest: FieldTable } {
  const stored = Object.entries(table).filter(([name, { derived }]) => !derived && name !== 'key');
  return {
    own: Object.fromEntries(stored.filter(([, { ownField }]) => ownField)),
    rest: Object.fromEntries(stored.filter(([, { ownField }]) => !ownField)),
  };
}

/** The types by which Mongoose casts, of a collection's own fields. */
export function mongoSchemaOf(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, { kind }]) => [name, types[kind.name]]));
}
