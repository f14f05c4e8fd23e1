import type { SchemaDefinition, Model, QueryFilter } from 'mongoose';

/** Every document's id is a text that follows from what it is about. */
export interface MongoDocument {
  readonly _id: string;
}

export interface MongoIndex {
  /** Fields with 1 (ascending) or -1. */
  readonly fields: Readonly<Record<string, 1 | -1>>;
  readonly unique?: boolean;
  /** Only documents that have the field; the way to say "unique where present" that every server of the protocol understands. */
  readonly sparse?: boolean;
}

/** A collection as its owner declares it: shape and indexes. */
export interface MongoCollection<T extends MongoDocument = MongoDocument> {
  readonly name: string;
  readonly fields: SchemaDefinition;
  readonly indexes: readonly MongoIndex[];
  /** Says what its documents look like, and is never there: collections of all shapes fit in one list. */
  readonly document?: T;
}

/**
 * Declares a collection: `mongoCollection<Row>('sends', { app: String, … }, [{ fields: { app: 1, createdAt: -1 } }])`. A field that is not declared is
 * refused when it is written. What fails because of the world fails as MongoFailure.
 */
export function mongoCollection<T extends MongoDocument>(
  name: string,
  fields: SchemaDefinition,
  indexes: readonly MongoIndex[] = [],
): MongoCollection<T> {
  return { name, fields, indexes };
}

/** Deletes at most `limit` of the documents that a filter finds; answers how many. */
export async function deleteSome<T extends MongoDocument>(documents: Model<T>, filter: QueryFilter<T>, limit: number): Promise<number> {
  const found = await documents.find(filter, { _id: 1 }).limit(limit).lean<MongoDocument[]>();
  const ids = found.map(({ _id }) => _id);
  const { deletedCount } = await documents.deleteMany({ _id: { $in: ids } } as QueryFilter<T>);
  return deletedCount;
}

/** The parts of an update that leave a document with just these fields: what is null goes, so that sparse indexes hold only what they are about. */
export function setOrUnset(fields: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(fields);
  const absent = entries.filter(([, value]) => value === null || value === undefined);
  return {
    $set: Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined)),
    ...(absent.length > 0 && { $unset: Object.fromEntries(absent.map(([name]) => [name, 1 as const])) }),
  };
}
