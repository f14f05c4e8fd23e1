import { describeWithEngines } from '#libs/testing/engines';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { MongoPageRepository } from '../../src/planning/mongo-page.repository.ts';
import { pageRepositoryContract } from '../../src/planning/page.repository.contract.ts';

describeWithEngines('pages in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  pageRepositoryContract('MongoDB', async () => {
    const { store, broker, published } = await open();
    return { pages: new MongoPageRepository(store, broker), published };
  });
});
