import { messagesEndedV1, receiptsReportedV1 } from '#libs/events';
import { messageId } from '#libs/kernel';
import { IndexSet, noResult, type Receipt } from '#libs/sends';
import { receiptEvent, receiptsEvents } from '#libs/sends/receipt/writing';
import { endedMessagesOf, factsOf } from '../../src/activity/ended-messages.ts';

const sendId = 'a0000000-0000-5000-8000-000000000001';
const batch = { id: `${sendId}:0:000000:0`, provider: 'apns', lane: 'bulk', size: 4 } as const;
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

describe('Receipts that were taken together', () => {
  const receipt = {
    app: 'shop',
    sendId,
    messageId: messageId(sendId, 'a'),
    kind: 'opened',
    action: null,
    at: 1_000,
    takenAt: 2_000,
  } as const;
  const of = (facts: Partial<Receipt>): Receipt => ({ ...receipt, installationId: null, ...facts });

  it('are a record for each installation, and for each send of which no more was said, as its contract takes it', () => {
    const records = receiptsEvents([
      of({}),
      of({ installationId: 'b', messageId: messageId(sendId, 'b') }),
      of({ kind: 'action', action: 'reply' }),
      of({ sendId: null }),
    ]);

    expect(records.map(({ key }) => key)).toEqual([`shop:${sendId}`, 'shop:b', `shop:${receipt.messageId}`]);
    for (const { envelope } of records) expect(receiptsReportedV1.data.parse(envelope.data)).toEqual(envelope.data);
  });

  it('leave the platform as the facts that they are one by one', () => {
    const some = [of({}), of({ kind: 'action', action: 'reply' }), of({ installationId: 'b', messageId: messageId(sendId, 'b') })];

    expect(receiptsEvents(some).flatMap(({ envelope }) => [...factsOf(envelope)])).toEqual(some.map((one) => receiptEvent(one).envelope));
  });
});

describe('What became of the messages of a batch', () => {
  it('is one event, which its contract takes, of those that have their last word', () => {
    const { envelope, key } = endedMessagesOf(result, entries);

    expect(messagesEndedV1.data.parse(envelope.data)).toEqual(envelope.data);
    expect(key).toBe(`shop:${sendId}`);
    expect(envelope.data).toMatchObject({ ends: [{ installationIds: ['a'] }, { installationIds: ['b'] }, { installationIds: ['c'] }] });
    expect(endedMessagesOf(result, entries).envelope.id).toBe(envelope.id);
  });

  it('is told outside as a fact of each message, with the same id whenever it is told', () => {
    const { envelope } = endedMessagesOf(result, entries);
    const facts = [...factsOf(envelope)];

    expect(facts.map(({ type }) => type)).toEqual(['message.accepted.v1', 'message.failed.v1', 'message.suppressed.v1']);
    expect(facts[1]?.data).toEqual({
      ...{ app: 'shop', sendId, messageId: messageId(sendId, 'b'), installationId: 'b', provider: 'apns' },
      ...{ outcome: 'token_invalid', reason: 'Unregistered' },
    });
    expect([...factsOf(envelope)]).toEqual(facts);
    expect(new Set(facts.map(({ id }) => id)).size).toBe(3);
  });

  it('leaves other facts as they are', () => {
    const fact = { id: '1', type: 'user.merged.v1', source: 'test', time: '2026-01-01T00:00:00.000Z', data: {} };

    expect([...factsOf(fact)]).toEqual([fact]);
  });
});
