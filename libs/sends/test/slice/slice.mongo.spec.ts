import { describeWithEngines } from '#libs/testing/engines';
import { mongoStores } from '../opened-store.ts';
import { sliceRepositoryContract } from '../../src/slice/slice.contract.ts';
import { MongoSliceRepository } from '../../src/slice/slice.mongo.ts';

describeWithEngines('slices in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  sliceRepositoryContract('MongoDB', async () => {
    const { store, broker, published } = await open();
    return { slices: new MongoSliceRepository(store, broker), published };
  });
});
