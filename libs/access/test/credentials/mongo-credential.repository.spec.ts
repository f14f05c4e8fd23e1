import { describeWithEngines } from '#libs/testing/engines';
import { Outbox } from '#libs/messaging';
import { testMongoStores } from '#libs/testing/store';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { accessCollections } from '../../src/access-collections.ts';
import { credentialRepositoryContract } from '../../src/credentials/credential.repository.contract.ts';
import { MongoCredentialRepository } from '../../src/credentials/mongo-credential.repository.ts';

describeWithEngines('credentials on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  credentialRepositoryContract('MongoDB', async () => {
    const store = await openStore();
    return new MongoCredentialRepository(store, new Outbox(store, new PublishedEvents(), new FixedClock()));
  });
});
