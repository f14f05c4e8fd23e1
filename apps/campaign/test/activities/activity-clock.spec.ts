import type { RedisClient } from '#libs/coordination';
import { describeWithEngines } from '#libs/testing/engines';
import { FixedClock } from '#libs/testing';
import { RedisOnClock, freshPrefix } from '#libs/testing/redis';
import { activityClockContract } from '../../src/activities/activity-clock.contract.ts';
import { MemoryActivityClock } from '../../src/activities/memory-activity-clock.ts';
import { RedisActivityClock } from '../../src/activities/redis-activity-clock.ts';

activityClockContract('The memory of a process', async () => {
  const clock = new FixedClock();
  return { clock, seconds: new MemoryActivityClock(clock) };
});

describeWithEngines('Redis', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  /** Far off, to tell whose second it is. */
  const alone = new FixedClock('2001-01-01T00:00:00Z');

  function opened(clock: FixedClock, prefix: string, url = REDIS_URL) {
    const redis = new RedisOnClock(url, clock, prefix);
    clients.push(redis);
    return { clock, seconds: new RedisActivityClock(redis, new MemoryActivityClock(alone)) };
  }

  activityClockContract('Redis', async () => opened(new FixedClock(), freshPrefix()));

  it('is one clock for all processes', async () => {
    const clock = new FixedClock();
    const prefix = freshPrefix();
    const [one, other] = [opened(clock, prefix), opened(clock, prefix)];
    const first = await one.seconds.next('shop', 'order-1');

    expect(await other.seconds.next('shop', 'order-1')).toBe(first + 1);
  });

  it('goes by its own process while Redis is away', async () => {
    const { seconds } = opened(new FixedClock(), freshPrefix(), 'redis://127.0.0.1:1');

    expect(await seconds.next('shop', 'order-1')).toBe(Math.floor(alone.now() / 1_000));
  });
});
