import { messagingCollections } from '#libs/messaging';
import { personalRecordsIn, type PersonalRecords } from '#libs/registry';
import type { MongoDocument } from '#libs/storage';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { mongoCollections } from '../src/mongo-adapters.ts';
import { APP_STORES, ClearDeletedApps } from '../src/retention/clear-deleted-apps.ts';

const collections = [...mongoCollections, ...messagingCollections];
/** The counts of receipts are a table of the embedded store. */
const stores = APP_STORES.filter(({ name }) => name !== 'receipt_counts').map((store) => ({
  ...store,
  collection: collections.find(({ name }) => name === store.name),
}));

describe('what goes of a deleted app in MongoDB', () => {
  it.each(stores)('is found in $name by an index, and no other is looked at', ({ by, collection }) => {
    expect(collection).toBeDefined();
    if (by === 'field') expect(collection?.indexes.map(({ fields }) => Object.keys(fields)[0])).toContain('app');
  });
});

describeWithEngines('a deleted app on MongoDB', ({ MONGODB_URI }) => {
  const open = testMongoStores(MONGODB_URI, collections);

  it('leaves nothing in any collection of feedback, and apps beside it lose nothing', async () => {
    const store = await open();
    const models = stores.flatMap(({ collection, by }) => (collection ? [{ by, model: store.model<MongoDocument>(collection) }] : []));
    for (const { by, model } of models) {
      const hasApp = 'app' in model.schema.paths;
      const idOf = (app: string) => (by === 'key' ? app : by === 'key part' ? `${app}:1` : `1-${app}`);
      const documents = ['gone', 'gone-2', 'shop'].map((app) => ({ _id: idOf(app), ...(hasApp && { app }) }));
      await model.insertMany(documents as never);
    }
    const records = personalRecordsIn(collections).useFactory(store) as PersonalRecords;
    const apps = { listDeleted: async (after?: string) => (after === undefined ? ['gone'] : []) };

    expect(await new ClearDeletedApps(apps as never, records).execute()).toBe(stores.length);

    for (const { model } of models) {
      const left = (await model.find({}, { _id: 1 }).lean()).map(({ _id }) => _id);
      expect(left.filter((id) => id.includes('gone-2') || id.includes('shop'))).toHaveLength(2);
      expect(left).toHaveLength(2);
    }
  });
});
