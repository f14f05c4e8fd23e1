import { messageId } from '#libs/kernel';
import { IndexSet, noResult, type PageReader, type ResultReader } from '#libs/sends';
import { MessageFacts } from '../../src/webhooks/message-facts.ts';

const sendId = 'a0000000-0000-5000-8000-000000000001';
const batch = { id: `${sendId}:0:000000:0`, provider: 'apns', lane: 'bulk', size: 4 } as const;

describe('Facts of messages', () => {
  it('are those of the batch that have their last word and ended as asked, each with an id of its own', async () => {
    const result = {
      ...noResult(batch, 'shop'),
      results: [
        { outcome: 'accepted', reason: null, messages: IndexSet.of([0]) },
        { outcome: 'token_invalid', reason: 'Unregistered', messages: IndexSet.of([1, 3]) },
        { outcome: 'skipped', reason: 'unsubscribed', messages: IndexSet.of([2]) },
      ],
      final: IndexSet.of([0, 1, 2]),
    } as const;
    const entries = { installationIds: ['a', 'b', 'c', 'd'], ownerEpochs: [0, 0, 0, 0], variables: new Map() };
    const facts = new MessageFacts(
      { entriesOfBatch: async () => entries } as unknown as PageReader,
      { findById: async () => result } as unknown as ResultReader,
    );

    const failed = await facts.ofBatch(batch.id, ['failed']);

    expect(failed).toMatchObject([
      {
        type: 'message.failed.v1',
        data: {
          ...{ app: 'shop', sendId, messageId: messageId(sendId, 'b'), installationId: 'b', provider: 'apns' },
          ...{ outcome: 'token_invalid', reason: 'Unregistered' },
        },
      },
    ]);
    const both = await facts.ofBatch(batch.id, ['failed', 'accepted']);
    expect(both.map(({ type }) => type)).toEqual(['message.accepted.v1', 'message.failed.v1']);
    expect(await facts.ofBatch(batch.id, ['failed'])).toEqual(failed);
    expect(new Set(both.map(({ id }) => id)).size).toBe(2);
  });
});
