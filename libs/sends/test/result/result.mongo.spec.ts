import { Outbox } from '#libs/messaging';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { resultReaderContract, resultRepositoryContract } from '../../src/result/result.contract.ts';
import { MongoResultReader, MongoResultRepository, resultCollections } from '../../src/result/result.mongo.ts';

describeWithEngines('results on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, resultCollections);

  const opened = async () => {
    const store = await openStore();
    const events = new PublishedEvents();
    const outbox = new Outbox(store, events, new FixedClock());
    const published = async () => {
      await outbox.settled();
      return events.ids;
    };
    return { results: new MongoResultRepository(store, outbox), reader: new MongoResultReader(store), published };
  };

  resultRepositoryContract('MongoDB', opened);
  resultReaderContract('MongoDB', opened);
});
