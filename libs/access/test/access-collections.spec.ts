import { describeWithEngines } from '#libs/testing/engines';
import { indexesIn, testMongoStores } from '#libs/testing/store';
import { accessCollections } from '../src/access-collections.ts';

describeWithEngines('the collections of access', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  it('have an index for every query', async () => {
    expect(await indexesIn(await openStore(), accessCollections)).toEqual({
      apps: ['outboxSince, sparse'],
      api_keys: ['app _id', 'hash, unique, sparse', 'outboxSince, sparse', 'removed, sparse'],
      credentials: ['outboxSince, sparse'],
      errands: ['isTaken kind askedAt'],
      halts: ['inForce, sparse', 'outboxSince, sparse'],
      sealing: [],
      audit: ['app at _id', 'at _id'],
    });
  });
});
