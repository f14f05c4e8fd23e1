import { describeWithEngines } from '#libs/testing/engines';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { MongoSliceRepository } from '../../src/planning/mongo-slice.repository.ts';
import { sliceRepositoryContract } from '../../src/planning/slice.repository.contract.ts';

describeWithEngines('slices in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  sliceRepositoryContract('MongoDB', async () => {
    const { store, broker, published } = await open();
    return { slices: new MongoSliceRepository(store, broker), published };
  });
});
