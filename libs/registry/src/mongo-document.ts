import { StaleRevision } from '#libs/kernel';
import type { CollectionOutbox, OutboxDocument, OutboxEntry } from '#libs/messaging';
import { isDuplicateKey, setOrUnset } from '#libs/storage';
import type { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { isDeepStrictEqual } from 'node:util';
import type { Kind } from './field-kinds.ts';
import type { FieldTable } from './field-table.ts';

/** A document whose every write raises its revision by one. */
interface RevisedDocument extends OutboxDocument {
  readonly revision: number;
}

type Fields<T> = Omit<T, '_id' | 'outbox' | 'outboxSince' | 'imported'>;

/** Every field of a document but those of its outbox; null and undefined are not stored. */
export type Written<T> = { readonly [K in keyof Fields<T>]-?: Fields<T>[K] | null | undefined } & { readonly revision: number };

/** What a commit of an import's lines has left, that a repetition of it may find: absent from records. */
export interface ImportStamp {
  /** `import:part` */
  readonly of: string;
  /** `ref=outcome`; the outcome may be empty. */
  readonly items: readonly string[];
}

/** What is read of a document by whoever has no business with its outbox. */
export const withoutOutbox = { outbox: 0, outboxSince: 0 } as const;

/**
 * Writes fields and what they cause in one write of one document, if its stored revision is the one before (1: not stored), and delivers what it causes.
 * Throws StaleRevision, EventsStalled, and the duplicate key of another unique index than that of `_id`.
 */
export async function writeRevision<T extends RevisedDocument>(
  documents: Model<T>,
  outbox: CollectionOutbox,
  _id: string,
  fields: Written<T>,
  entries: readonly OutboxEntry[],
): Promise<void> {
  const isFirst = fields.revision === 1;
  const condition = { _id, revision: fields.revision - 1, ...(entries.length > 0 && !isFirst && outbox.room) };
  const { $set, $unset } = setOrUnset(fields);
  const update = { $set, ...($unset && !isFirst && { $unset }), ...outbox.additions(entries) };
  const written = await documents
    .findOneAndUpdate(condition as QueryFilter<T>, update as UpdateQuery<T>, {
      upsert: isFirst,
      returnDocument: 'after',
      projection: { outbox: 1 },
    })
    .lean<OutboxDocument>()
    .catch((error: unknown) => ownInsertion(error, documents, _id, fields, entries));
  if (!written) {
    await outbox.refuseIfFull(_id);
    throw new StaleRevision(_id);
  }
  if (entries.length > 0) await outbox.deliver(written);
}

/** A duplicate `_id` may be one's own insertion, told of twice by a broken connection: then the very same stands there. */
async function ownInsertion<T extends RevisedDocument>(
  error: unknown,
  documents: Model<T>,
  _id: string,
  fields: Written<T>,
  entries: readonly OutboxEntry[],
): Promise<OutboxDocument | null> {
  if (!isDuplicateKey(error)) throw error;
  const stored = await documents.findOne({ _id, revision: 1 } as QueryFilter<T>).lean<OutboxDocument>();
  if (!stored) return null;
  const { _id: _, outbox = [], outboxSince: __, ...rest } = stored;
  const isOwn =
    isDeepStrictEqual(rest, present(fields)) && entries.every((entry) => outbox.some((other) => isDeepStrictEqual(other, entry)));
  return isOwn ? stored : null;
}

/** The fields that have a value. */
export function present<T extends object>(of: { readonly [K in keyof T]: T[K] | null | undefined }): T {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== null && value !== undefined)) as T;
}

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
  templates: String,
  variables: String,
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
