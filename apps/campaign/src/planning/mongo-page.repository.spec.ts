import { describeWithEngines } from '#libs/engines';
import { mongoStores } from '../opened-store.contract.ts';
import { MongoPageRepository } from './mongo-page.repository.ts';
import { pageRepositoryContract } from './page.repository.contract.ts';

describeWithEngines('pages in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  pageRepositoryContract('MongoDB', async () => {
    const { store, broker, published } = await open();
    return { pages: new MongoPageRepository(store, broker), published };
  });
});
