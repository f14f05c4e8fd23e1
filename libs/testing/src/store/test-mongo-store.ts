import { newId } from '#libs/kernel';
import { MongoStore } from '#libs/storage';
import type { MongoCollection } from '#libs/storage';

/** A store on a database of its own, empty, with its collections. `drop()` and `close()` it when the suite ends. */
export async function testMongoStore(uri: string, collections: readonly MongoCollection[] = []): Promise<MongoStore> {
  const store = await MongoStore.connect({ uri, database: `test-${newId()}` });
  await store.prepare(collections);
  return store;
}

/** Opens a store for whoever asks in a test, and takes it away after that test; called where a suite is described. */
export function testMongoStores(uri: string, collections: readonly MongoCollection[]): () => Promise<MongoStore> {
  const open: MongoStore[] = [];
  afterEach(async () => {
    for (const store of open.splice(0)) {
      await store.drop();
      await store.close();
    }
  });
  return async () => {
    const store = await testMongoStore(uri, collections);
    open.push(store);
    return store;
  };
}

/** Every index that the collections have on the server, by collection: its fields in order, and whether documents without them stay out. */
export async function indexesIn(
  store: MongoStore,
  collections: readonly MongoCollection[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: [string, string[]][] = [];
  for (const collection of collections) {
    const indexes = (await store.model(collection).listIndexes()) as { name: string; key: object; unique?: boolean; sparse?: boolean }[];
    const own = indexes.filter(({ name }) => name !== '_id_').map(indexText);
    found.push([collection.name, own.sort()]);
  }
  return Object.fromEntries(found);
}

function indexText({ key, unique, sparse }: { readonly key: object; readonly unique?: boolean; readonly sparse?: boolean }): string {
  return `${Object.keys(key).join(' ')}${unique === true ? ', unique' : ''}${sparse === true ? ', sparse' : ''}`;
}
