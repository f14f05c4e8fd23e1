import type { mongo } from 'mongoose';
import type { OwnSpace } from '../support/own-space.ts';

/** Everything that a database of MongoDB held at one time, as `mongodump` writes it down. */
export class DatabaseCopy {
  private constructor(private readonly documents: ReadonlyMap<string, readonly mongo.Document[]>) {}

  /** Nobody may write meanwhile. */
  static async of(space: OwnSpace): Promise<DatabaseCopy> {
    const documents = new Map<string, mongo.Document[]>();
    await space.inDatabase(async (database) => {
      for (const { collectionName: name } of await database.collections())
        documents.set(name, await database.collection(name).find({}, { promoteValues: false }).toArray()); // numbers stay of their kind
    });
    return new DatabaseCopy(documents);
  }

  /** What was there before is gone, indexes included. */
  async restore(space: OwnSpace): Promise<void> {
    await space.drop();
    await space.inDatabase(async (database) => {
      for (const [name, documents] of this.documents) if (documents.length > 0) await database.collection(name).insertMany([...documents]);
    });
  }
}
