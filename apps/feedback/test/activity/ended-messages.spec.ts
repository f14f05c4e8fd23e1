import { messagesEndedV1 } from '#libs/events';
import { messageId } from '#libs/kernel';
import { IndexSet, noResult } from '#libs/sends';
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
