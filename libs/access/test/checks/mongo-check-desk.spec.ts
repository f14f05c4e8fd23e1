import { FixedClock } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { accessCollections } from '../../src/access-collections.ts';
import { checkDeskContract } from '../../src/checks/check-desk.contract.ts';
import { MongoCheckDesk } from '../../src/checks/mongo-check-desk.ts';

describeWithEngines('checks of credentials on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  checkDeskContract('MongoDB', async () => {
    const store = await openStore();
    const clock = new FixedClock();
    return { asking: new MongoCheckDesk(store, clock), serving: new MongoCheckDesk(store, clock) };
  });
});
