import { messageId } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { DyingOutbox, FixedClock, PublishedEvents } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { indexesIn, testMongoStores } from '#libs/testing/store';
import { receiptRepositoryContract } from '../../src/receipt/receipt.contract.ts';
import { MongoReceiptReader, MongoReceiptRepository, receiptCollection, receiptCollections } from '../../src/receipt/receipt.mongo.ts';
import type { ReceiptRepository } from '../../src/receipt/receipt.store.ts';

const sendId = 'a0000000-0000-5000-8000-000000000001';

describeWithEngines('receipts on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, receiptCollections);

  receiptRepositoryContract('MongoDB', async () => {
    const store = await openStore();
    const outbox = new Outbox(store, new PublishedEvents(), new FixedClock());
    const receipts = new MongoReceiptRepository(store, outbox);
    const add: ReceiptRepository['add'] = async (...given) => {
      const isNew = await receipts.add(...given);
      await outbox.settled();
      return isNew;
    };
    return { receipts: Object.assign(Object.create(receipts) as ReceiptRepository, { add }), reader: new MongoReceiptReader(store) };
  });

  it('tells the event of a receipt whose writer died before it was told', async () => {
    const store = await openStore();
    const clock = new FixedClock();
    const receipt = {
      app: 'demo',
      installationId: 'a:phone',
      messageId: messageId(sendId, 'a:phone'),
      sendId,
      kind: 'opened',
      action: null,
      at: 1,
      takenAt: 1,
    } as const;
    const dying = new MongoReceiptRepository(store, new DyingOutbox(store, new PublishedEvents(), clock));
    await expect(dying.add([receipt])).rejects.toThrow('died');

    const events = new PublishedEvents();
    const outbox = new Outbox(store, events, clock);
    const receipts = new MongoReceiptRepository(store, outbox);
    expect(await receipts.add([receipt])).toEqual([false]);
    expect(await receipts.dropOlder(10, 10)).toBe(0);
    clock.advance(2_000);
    await outbox.sweep();

    expect(events.types).toEqual(['receipt.reported.v1']);
    expect(await receipts.dropOlder(10, 10)).toBe(1);
  });

  it('has an index for every query', async () => {
    expect(await indexesIn(await openStore(), [receiptCollection])).toEqual({
      receipts: ['outboxSince, sparse', 'sendId app messageId kind', 'takenAt'],
    });
  });
});
