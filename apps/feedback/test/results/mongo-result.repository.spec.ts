import { describeWithEngines } from '#libs/testing/engines';
import { Outbox } from '#libs/messaging';
import { MongoResultReader, resultCollections } from '#libs/sends';
import { testMongoStores } from '#libs/testing/store';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { MongoResultRepository } from '../../src/results/mongo-result.repository.ts';
import { resultReaderContract } from '../../src/results/result-reader.contract.ts';
import { resultRepositoryContract } from '../../src/results/result.repository.contract.ts';

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
