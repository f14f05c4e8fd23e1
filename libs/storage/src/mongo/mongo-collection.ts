import { Schema, type IndexOptions, type SchemaDefinition } from 'mongoose';
import { mongoFailure } from './mongo-failure.ts';

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
  readonly schema: Schema;
  readonly indexes: readonly MongoIndex[];
  /** Says what its documents look like, and is never there: collections of all shapes fit in one list. */
  readonly document?: T;
}

const operations = [
  ...(['find', 'findOne', 'findOneAndUpdate', 'findOneAndDelete', 'distinct', 'countDocuments', 'estimatedDocumentCount'] as const),
  ...(['updateOne', 'updateMany', 'replaceOne', 'deleteOne', 'deleteMany'] as const),
];

/**
 * Declares a collection: `mongoCollection<Row>('sends', { app: String, … }, [{ fields: { app: 1, createdAt: -1 } }])`. A field that is not declared is
 * refused when it is written. What fails because of the world fails as MongoFailure.
 */
export function mongoCollection<T extends MongoDocument>(
  name: string,
  fields: SchemaDefinition,
  indexes: readonly MongoIndex[] = [],
): MongoCollection<T> {
  const schema = new Schema<T>({ _id: String, ...fields } as SchemaDefinition<T>, {
    versionKey: false,
    strict: 'throw',
    strictQuery: 'throw',
    minimize: false,
    autoCreate: false,
    autoIndex: false,
    id: false,
  });
  for (const { fields: keys, unique, sparse } of indexes) schema.index(keys, optionsOf({ unique, sparse }));
  schema.post([...operations], failing);
  schema.post('insertMany', failing);
  schema.post('bulkWrite', failing);
  schema.post('aggregate', failing);
  return { name, schema, indexes };
}

function failing(error: Error, _result: unknown, next: (error?: Error) => void): void {
  next(mongoFailure(error) as Error);
}

function optionsOf(given: { unique: boolean | undefined; sparse: boolean | undefined }): IndexOptions {
  return { ...(given.unique && { unique: true }), ...(given.sparse && { sparse: true }) };
}
