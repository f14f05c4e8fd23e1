import { describeWithEngines } from '#libs/testing/engines';
import { MongoPageReader } from '#libs/sends';
import { MongoPageRepository } from '#libs/sends/page/writing';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { planningContract } from '../../src/planning/plan-next-page.contract.ts';

describeWithEngines('plans in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  planningContract('MongoDB', 30, async () => {
    const { store, clock, broker, published } = await open();
    return { pages: new MongoPageRepository(store, broker), reader: new MongoPageReader(store), clock, published };
  });
});
