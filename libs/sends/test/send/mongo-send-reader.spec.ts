import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { aSend } from '#libs/testing';
import { sendsCollections } from '../../src/sends-collections.ts';
import { MongoSendReader } from '../../src/send/mongo-send-reader.ts';
import { sendCollection, sendDocumentOf, sendUpdateOf } from '../../src/send/send-document.ts';
import { sendReaderContract } from '../../src/send/send-reader.contract.ts';

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
