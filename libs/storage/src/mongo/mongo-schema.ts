import type { IndexOptions, Mongoose, Schema } from 'mongoose';
import type { MongoCollection } from './mongo-collection.ts';
import { mongoFailure } from './mongo-failure.ts';

const operations = [
  ...(['find', 'findOne', 'findOneAndUpdate', 'findOneAndDelete', 'distinct', 'countDocuments', 'estimatedDocumentCount'] as const),
  ...(['updateOne', 'updateMany', 'replaceOne', 'deleteOne', 'deleteMany'] as const),
];

/** What mongoose makes of a declaration. */
export function schemaOf({ fields, indexes }: MongoCollection, mongoose: Pick<Mongoose, 'Schema'>): Schema {
  const schema = new mongoose.Schema(
    { _id: String, ...fields },
    {
      versionKey: false,
      strict: 'throw',
      strictQuery: 'throw',
      minimize: false,
      autoCreate: false,
      autoIndex: false,
      id: false,
    },
  );
  for (const { fields: keys, unique, sparse } of indexes) schema.index(keys, optionsOf({ unique, sparse }));
  schema.post([...operations], failing);
  schema.post('insertMany', failing);
  schema.post('bulkWrite', failing);
  schema.post('aggregate', failing);
  return schema;
}

function failing(error: Error, _result: unknown, next: (error?: Error) => void): void {
  next(mongoFailure(error) as Error);
}

function optionsOf(given: { unique: boolean | undefined; sparse: boolean | undefined }): IndexOptions {
  return { ...(given.unique && { unique: true }), ...(given.sparse && { sparse: true }) };
}
