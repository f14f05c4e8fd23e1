import { describeWithEngines } from '#libs/testing/engines';
import { MongoProviderStateReader, providerStateCollections } from '#libs/sends';
import { testMongoStores } from '#libs/testing/store';
import { FixedClock } from '#libs/testing';
import { MongoProviderStateRepository } from '../../src/provider-states/mongo-provider-state.repository.ts';
import { providerStateRepositoryContract } from '../../src/provider-states/provider-state.repository.contract.ts';

describeWithEngines('provider states on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, providerStateCollections);

  providerStateRepositoryContract('MongoDB', async () => {
    const store = await openStore();
    const clock = new FixedClock();
    return { clock, states: new MongoProviderStateRepository(store), reader: new MongoProviderStateReader(store, clock) };
  });
});
