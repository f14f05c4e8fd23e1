import { StaleRevision } from '#libs/kernel';
import { mongoCollection, wasNew, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { NamedDocuments, type NamedDocument } from './named-documents.ts';

/** A named document in MongoDB: as JSON, because people choose the keys in it. */
interface StoredDocument extends MongoDocument {
  readonly app: string;
  readonly id: string;
  readonly revision: number;
  readonly document: string;
}

/** The collection of one kind. */
export function documentsCollection(name: string) {
  return mongoCollection<StoredDocument>(name, { app: String, id: String, revision: Number, document: String }, [
    { fields: { app: 1, id: 1 } },
  ]);
}

export class MongoNamedDocuments<T extends NamedDocument> extends NamedDocuments<T> {
  readonly #documents: Model<StoredDocument>;

  constructor(store: MongoStore, collection: ReturnType<typeof documentsCollection>) {
    super();
    this.#documents = store.model(collection);
  }

  async findById(app: string, id: string): Promise<T | undefined> {
    const found = await this.#documents.findOne({ _id: keyOf(app, id) }).lean();
    return found ? this.#read(found) : undefined;
  }

  async list(app: string, after: string | undefined, limit: number): Promise<readonly T[]> {
    const found = await this.#documents
      .find({ app, id: { $gt: after ?? '' } })
      .sort({ id: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean();
    return found.map((one) => this.#read(one));
  }

  async save(written: T): Promise<void> {
    const { app, id, revision } = written;
    const _id = keyOf(app, id);
    const document = JSON.stringify(written);
    const isStored =
      revision === 1
        ? await wasNew(this.#documents.insertMany([{ _id, app, id, revision, document }]))
        : (await this.#documents.updateOne({ _id, revision: revision - 1 }, { $set: { revision, document } })).matchedCount === 1;
    if (!isStored) throw new StaleRevision(id);
  }

  async delete({ app, id, revision }: T): Promise<void> {
    const { deletedCount } = await this.#documents.deleteOne({ _id: keyOf(app, id), revision });
    if (deletedCount === 0) throw new StaleRevision(id);
  }

  #read({ document }: Pick<StoredDocument, 'document'>): T {
    return JSON.parse(document) as T;
  }
}

/** Apps have no colon in their ids. */
function keyOf(app: string, id: string): string {
  return `${app}:${id}`;
}
