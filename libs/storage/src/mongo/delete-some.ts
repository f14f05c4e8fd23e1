import type { Model, QueryFilter } from 'mongoose';
import type { MongoDocument } from './mongo-collection.ts';

/** Deletes at most `limit` of the documents that a filter finds; answers how many. */
export async function deleteSome<T extends MongoDocument>(documents: Model<T>, filter: QueryFilter<T>, limit: number): Promise<number> {
  const found = await documents.find(filter, { _id: 1 }).limit(limit).lean<MongoDocument[]>();
  const ids = found.map(({ _id }) => _id);
  const { deletedCount } = await documents.deleteMany({ _id: { $in: ids } } as QueryFilter<T>);
  return deletedCount;
}
