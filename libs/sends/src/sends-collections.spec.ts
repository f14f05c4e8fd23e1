import { describeWithEngines } from '#libs/engines';
import { testMongoStores } from '#libs/storage';
import { sendsCollections } from './sends-collections.ts';

/** Every index by collection: its fields in order and whether documents without them stay out. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  sends: [
    'app campaign createdAt _id',
    'app createdAt _id',
    'app state createdAt _id',
    'dueAt, sparse',
    'keptSince, sparse',
    'openSince, sparse',
    'outboxSince, sparse',
  ],
  send_targets: [],
  slices: ['dueAt, sparse', 'sendId slice'],
  pages: ['sendId slice n app after through last plannedAt targeted targetedSoFar sums', 'sendId slice through n'],
};

describeWithEngines('the collections of sends', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, sendsCollections);

  it('have an index for every query', async () => {
    const store = await openStore();
    const found: [string, string[]][] = [];
    for (const collection of sendsCollections) {
      const indexes = (await store.model(collection).listIndexes()) as { name: string; key: object; sparse?: boolean }[];
      const own = indexes.filter(({ name }) => name !== '_id_');
      found.push([
        collection.name,
        own.map(({ key, sparse }) => `${Object.keys(key).join(' ')}${sparse === true ? ', sparse' : ''}`).sort(),
      ]);
    }

    expect(Object.fromEntries(found)).toEqual(wanted);
  });
});
