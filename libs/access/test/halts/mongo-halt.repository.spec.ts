import { describeWithEngines } from '#libs/testing/engines';
import { Outbox } from '#libs/messaging';
import { testMongoStores } from '#libs/testing/store';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { accessCollections } from '../../src/access-collections.ts';
import { haltRepositoryContract } from '../../src/halts/halt.repository.contract.ts';
import { MongoHaltRepository } from '../../src/halts/mongo-halt.repository.ts';

describeWithEngines('halts on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  haltRepositoryContract('MongoDB', async () => {
    const store = await openStore();
    return new MongoHaltRepository(store, new Outbox(store, new PublishedEvents(), new FixedClock()));
  });
});
