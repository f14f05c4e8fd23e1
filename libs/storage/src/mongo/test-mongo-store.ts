import { newId } from '#libs/kernel';
import { MongoStore } from './mongo-store.ts';
import type { MongoCollection } from './mongo-collection.ts';

/** A store on a database of its own, empty, with its collections. `drop()` and `close()` it when the suite ends. */
export async function testMongoStore(uri: string, collections: readonly MongoCollection[] = []): Promise<MongoStore> {
  const store = await MongoStore.connect({ uri, database: `test-${newId()}` });
  await store.prepare(collections);
  return store;
}
