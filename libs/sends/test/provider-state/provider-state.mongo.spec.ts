import { FixedClock } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { providerStateRepositoryContract } from '../../src/provider-state/provider-state.contract.ts';
import {
  MongoProviderStateReader,
  MongoProviderStateRepository,
  providerStateCollections,
} from '../../src/provider-state/provider-state.mongo.ts';

describeWithEngines('provider states on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, providerStateCollections);

  providerStateRepositoryContract('MongoDB', async () => {
    const store = await openStore();
    const clock = new FixedClock();
    return { clock, states: new MongoProviderStateRepository(store, clock), reader: new MongoProviderStateReader(store, clock) };
  });
});
