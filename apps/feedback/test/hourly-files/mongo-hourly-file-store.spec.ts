import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { hourlyFileStoreContract } from '../../src/hourly-files/hourly-file.contract.ts';
import { MongoHourlyFileStore, hourlyFileCollection } from '../../src/hourly-files/mongo-hourly-file-store.ts';

describeWithEngines('hourly files on MongoDB', ({ MONGODB_URI }) => {
  const open = testMongoStores(MONGODB_URI, [hourlyFileCollection]);

  hourlyFileStoreContract('MongoDB', async () => new MongoHourlyFileStore(await open()));
});
