import { MemorySharedCache, RedisSharedCache, type RedisClient } from '#libs/coordination';
import { describeWithEngines } from '#libs/testing/engines';
import { SystemClock } from '#libs/kernel';
import { freshPrefix, redisAt } from '#libs/testing/redis';
import type { PageReader, PlanSums, ResultReader, ResultSums } from '#libs/sends';
import { aSend } from '#libs/testing';
import { Redis } from 'ioredis';
import { LiveSums } from '../../src/progress/live-sums.ts';

const plan: PlanSums = {
  targeted: 10,
  suppressedBy: { no_token: 1 },
  byProvider: { apns: { planned: 9, suppressed: 1, batches: 1 } },
  batches: 1,
  pages: 1,
  plannedAt: 5,
};
const results: ResultSums = {
  accepted: 6,
  failed: 1,
  possibleDuplicates: 0,
  outcomes: { token_invalid: 1 },
  suppressedBy: { unsubscribed: 1 },
  byProvider: { apns: { accepted: 6, failed: 1, suppressed: 1, settledBatches: 0 } },
  suppressed: 1,
  settledBatches: 0,
  updatedAt: 7,
};

describeWithEngines('live sums of several processes', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];
  let reads: number;

  beforeEach(() => {
    reads = 0;
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  function ofProcess(prefix: string): LiveSums {
    const client = redisAt(REDIS_URL, prefix);
    clients.push(client);
    const clock = new SystemClock();
    const pages = { sums: async () => plan } as unknown as PageReader;
    const counted = {
      sums: async () => {
        reads += 1;
        return results;
      },
    } as unknown as ResultReader;
    return new LiveSums(pages, counted, new RedisSharedCache(client, new MemorySharedCache(clock), clock));
  }

  const send = aSend({ createdAt: 1, recipients: 2_000_000, users: 8 }); // big: its sums serve for ten seconds

  it('are read by one of them, and the others get the same', async () => {
    const prefix = freshPrefix();
    const all = [];
    for (let process = 0; process < 4; process += 1) all.push(await ofProcess(prefix).of(send));

    expect(reads).toBe(1);
    expect(all[0]).toMatchObject({ sums: { counts: { users: 8, targeted: 10, suppressed: 2, accepted: 6, failed: 1, remaining: 1 } }, lastProgressAt: 7 });
    expect(all.slice(1)).toEqual([all[0], all[0], all[0]]);
  }); // prettier-ignore

  it('are read anew when Redis was emptied, and always where it is decided whether a send is over', async () => {
    const prefix = freshPrefix();
    const [one, other] = [ofProcess(prefix), ofProcess(prefix)];
    const standing = await one.of(send);

    const bare = new Redis(REDIS_URL);
    await bare.del(`${prefix}cache:sums:${send.id}`);
    bare.disconnect();
    expect(await other.of(send)).toEqual(standing);
    expect(reads).toBe(2);

    expect(await one.now(send)).toEqual(standing);
    expect(await other.now(send)).toEqual(standing);
    expect(reads).toBe(4);
  });
});
