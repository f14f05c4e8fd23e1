import { type DomainEvent, eventOf, sendFinishedV1 } from '#libs/events';
import { aSend } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { mongoStores } from '../opened-store.ts';
import { opensSlices } from '../../src/slice/slice.ts';
import { sendReaderContract, sendRepositoryContract } from '../../src/send/send.contract.ts';
import { MongoSendReader, MongoSendRepository, sendCollection, sendDocumentOf, sendUpdateOf } from '../../src/send/send.mongo.ts';
import { sendsCollections } from '../../src/sends-collections.ts';

describeWithEngines('sends in MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, sendsCollections);

  sendReaderContract('MongoDB', async () => {
    const store = await openStore();
    const documents = store.model(sendCollection);
    return {
      reader: new MongoSendReader(store),
      insert: async (send) => {
        await documents.insertMany([sendDocumentOf(send)]);
      },
      update: async (send) => {
        const { matchedCount } = await documents.updateOne({ _id: send.id }, sendUpdateOf(send));
        expect(matchedCount).toBe(1);
      },
    };
  });

  it('takes out what a send has no value for any more', async () => {
    const store = await openStore();
    const documents = store.model(sendCollection);
    const send = aSend({ dueAt: 5, state: 'paused', pausedFrom: 'sending', stateReason: 'because' });
    await documents.insertMany([sendDocumentOf(send)]);

    await documents.updateOne(
      { _id: send.id },
      sendUpdateOf({ ...send, state: 'done', pausedFrom: null, stateReason: null, dueAt: null, finishedAt: 9 }),
    );

    const stored = await documents.findOne({ _id: send.id }).lean();
    expect(Object.keys(stored ?? {}).sort()).toEqual([
      '_id',
      'app',
      'createdAt',
      'finishedAt',
      'frozen',
      'keptSince',
      'revision',
      'state',
      'stateSince',
    ]);
  });
});

const counts = { targeted: 0, suppressed: 0, accepted: 0, failed: 0, possibleDuplicates: 0 };

function finished(sendId: string): DomainEvent {
  return eventOf(sendFinishedV1, { app: 'demo', sendId, state: 'done', counts }, { id: `event of ${sendId}`, source: 'test', at: 0 });
}

describeWithEngines('sends in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  sendRepositoryContract('MongoDB', async () => {
    const { store, outbox, published } = await open();
    return { sends: new MongoSendRepository(store, outbox), published };
  });

  it('say later what no broker took when they were written', async () => {
    const { store, outbox, broker, clock, published } = await open();
    const sends = new MongoSendRepository(store, outbox);
    const send = aSend({ id: 's1', slices: 2 });
    broker.isAway = true;
    await sends.insert(send, opensSlices(send, [0, 1], 0));
    await sends.save({ ...send, revision: 2, state: 'done' }, [finished('s1')]);
    expect(await published()).toEqual([]);

    broker.isAway = false;
    clock.advance(2_000);
    await outbox.sweep();

    expect((await published()).map(({ type }) => type)).toEqual([
      ...opensSlices(send, [0, 1], 0).map(({ envelope }) => envelope.type),
      finished('s1').envelope.type,
    ]);
    expect(await sends.findById('demo', 's1')).toMatchObject({ revision: 2, state: 'done' });
  });

  it('can be paused, but not finished, while too much waits to be said', async () => {
    const { store, outbox, broker } = await open();
    const sends = new MongoSendRepository(store, outbox);
    const send = aSend({ id: 's1', slices: 256 });
    broker.isAway = true;
    await sends.insert(send, opensSlices(send, Array(256).keys(), 0));

    await sends.save({ ...send, revision: 2, state: 'paused' }, []);

    await expect(sends.save({ ...send, revision: 3, state: 'done' }, [finished('s1')])).rejects.toMatchObject({ code: 'events_stalled' });
    expect(await sends.findById('demo', 's1')).toMatchObject({ revision: 2, state: 'paused' });
  });
});
