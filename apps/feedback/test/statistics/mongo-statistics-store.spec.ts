import { describeWithEngines } from '#libs/testing/engines';
import { QueryNotes, testMongoStores } from '#libs/testing/store';
import {
  MongoStatisticsStore,
  statHourCollection,
  statMarkCollection,
  statPartCollection,
} from '../../src/statistics/mongo-statistics-store.ts';
import { statisticsStoreContract } from '../../src/statistics/statistics.contract.ts';

const collections = [statHourCollection, statMarkCollection, statPartCollection];

describeWithEngines('statistics on MongoDB', ({ MONGODB_URI }) => {
  const open = testMongoStores(MONGODB_URI, collections);
  const notes = new QueryNotes();

  beforeAll(async () => {
    await notes.start();
  });

  afterAll(() => {
    notes.stop();
  });

  statisticsStoreContract('MongoDB', async () => new MongoStatisticsStore(await open()));

  it('asks of MongoDB only what a declared index serves', () => {
    expect(notes.unserved(collections)).toEqual([]);
  });
});
