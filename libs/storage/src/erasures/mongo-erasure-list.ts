import type { Model } from 'mongoose';
import { mongoCollection, type MongoDocument } from '../mongo/mongo-collection.ts';
import { wasNew } from '../mongo/mongo-failure.ts';
import type { MongoStore } from '../mongo/mongo-store.ts';
import { ErasureList, type ListedErasure } from './erasure-list.ts';

type ListedDocument = MongoDocument & Omit<ListedErasure, 'id'>;

const listCollection = mongoCollection<ListedDocument>('erasure_list', { app: String, person: String, userIds: [String], at: Number });

/** In a database of its own (`<MONGODB_DATABASE>_erasures`), which a restore of the other one leaves as it is. */
export class MongoErasureList extends ErasureList {
  readonly #listed: Model<ListedDocument>;

  constructor(store: MongoStore) {
    super();
    this.#listed = store.beside('erasures').model(listCollection);
  }

  async add({ id: _id, app, person, userIds, at }: ListedErasure): Promise<void> {
    await wasNew(this.#listed.insertMany([{ _id, app, person, userIds, at }], { lean: true }));
  }

  async *all(): AsyncIterable<ListedErasure> {
    for (let after = ''; ;) {
      const found = await this.#listed
        .find({ _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(1_000)
        .lean<ListedDocument[]>();
      for (const { _id: id, app, person, userIds, at } of found) yield { id, app, person, userIds, at };
      const last = found.at(-1);
      if (!last) return;
      after = last._id;
    }
  }
}
