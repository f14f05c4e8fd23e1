import { FixedClock } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { accessCollections } from '../../src/access-collections.ts';
import { errandDeskContract } from '../../src/errands/errand-desk.contract.ts';
import { MongoErrandDesk } from '../../src/errands/mongo-errand-desk.ts';

describeWithEngines('errands on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  errandDeskContract('MongoDB', async () => {
    const store = await openStore();
    const clock = new FixedClock();
    return { asking: new MongoErrandDesk(store, clock), serving: new MongoErrandDesk(store, clock) };
  });
});
