import { eventOf, sendFinishedV1, type DomainEvent } from '#libs/events';
import { describeWithEngines } from '#libs/testing/engines';
import { aSend } from '#libs/testing';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { MongoSendRepository } from '../../src/send/mongo-send.repository.ts';
import { opensSlices } from '../../src/send/new-send.ts';
import { sendRepositoryContract } from '../../src/send/send.repository.contract.ts';

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
