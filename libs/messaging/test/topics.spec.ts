import { LONGEST_TTL_MS, partitionOf, topics, topicsNamed } from '../src/topics.ts';

describe('topics', () => {
  it('come from the contracts, each with its dead letters', () => {
    const names = topics.map(({ name }) => name);

    expect(names).toEqual(
      expect.arrayContaining([
        'push.plan',
        'push.plan.dead',
        'push.dispatch.apns.bulk',
        'push.dispatch.fcm.transactional',
        'push.outcome',
        'push.activity',
      ]),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('keep what has yet to be planned or sent as long as the longest time to live, whatever is set', () => {
    const kept = new Map(
      topicsNamed(['push.plan', 'push.dispatch.fcm.bulk', 'push.settled'], 1_000).map(({ name, retentionMs }) => [name, retentionMs]),
    );

    expect(kept.get('push.plan')).toBe(LONGEST_TTL_MS);
    expect(kept.get('push.dispatch.fcm.bulk')).toBe(LONGEST_TTL_MS);
    expect(kept.get('push.settled')).toBe(1_000);
  });

  it('put a key where it has always been', () => {
    expect(['demo:phone-1', 'demo:phone-2', 'send-1', ''].map((key) => partitionOf(key, 8))).toEqual([7, 2, 5, 0]);
  });
});
