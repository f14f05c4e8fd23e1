import type { RedisClient } from '#libs/coordination';
import { describeWithEngines } from '#libs/testing/engines';
import { OwnRedis, RedisOnClock, freshPrefix, redisAt } from '#libs/testing/redis';
import { FixedClock } from '#libs/testing';
import { MemoryRateLimiter } from '../../src/keys/memory-rate-limiter.ts';
import { rateLimiterContract } from '../../src/keys/rate-limiter.contract.ts';
import { RedisRateLimiter } from '../../src/keys/redis-rate-limiter.ts';

/** So slow that no test takes as long as one more token does. */
const slow = { perSecond: 0.001, burst: 10 };

describeWithEngines('Redis', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];

  afterAll(() => {
    for (const client of clients) client.close();
  });

  function onClock(clock: FixedClock, prefix = freshPrefix(), url = REDIS_URL): RedisRateLimiter {
    const client = new RedisOnClock(url, clock, prefix);
    clients.push(client);
    return new RedisRateLimiter(client, new MemoryRateLimiter(clock));
  }

  rateLimiterContract('Redis', async () => {
    const clock = new FixedClock();
    return { limiter: onClock(clock), clock };
  });

  describe('a rate limit of several processes', () => {
    const taken = (waits: readonly number[]) => waits.filter((wait) => wait === 0).length;

    it('is one bucket: together they get what one would get', async () => {
      const [clock, prefix] = [new FixedClock(), freshPrefix()];
      const limiters = [onClock(clock, prefix), onClock(clock, prefix)];
      const rush = () => Promise.all(Array.from({ length: 60 }, (_, at) => limiters[at % 2]!.take('a', { perSecond: 5, burst: 10 })));

      expect(taken(await rush())).toBe(10);
      clock.advance(1_000);
      expect(taken(await rush())).toBe(5);
      clock.advance(3_600_000);
      expect(taken(await rush())).toBe(10);
    });

    it('goes by the server’s clock, whatever the processes believe', async () => {
      const prefix = freshPrefix();
      const limiters = ['2020-01-01T00:00:00Z', '2040-01-01T00:00:00Z'].map((time) => {
        const client = redisAt(REDIS_URL, prefix);
        clients.push(client);
        return new RedisRateLimiter(client, new MemoryRateLimiter(new FixedClock(time)));
      });

      const waits = await Promise.all(Array.from({ length: 40 }, (_, at) => limiters[at % 2]!.take('a', slow)));

      expect(taken(waits)).toBe(10);
      expect(Math.max(...waits)).toBeLessThanOrEqual(1_000_000);
      expect(Math.max(...waits)).toBeGreaterThan(900_000);
    });

    it('goes on in each process alone while Redis is away, and is shared again when it is back, empty', async () => {
      const server = await OwnRedis.start();
      const [clock, prefix] = [new FixedClock(), freshPrefix()];
      const limiters = [onClock(clock, prefix, server.url), onClock(clock, prefix, server.url)];
      const rush = async (limiter: RedisRateLimiter) => taken(await Promise.all(Array.from({ length: 30 }, () => limiter.take('a', slow))));
      expect([await rush(limiters[0]!), await rush(limiters[1]!)]).toEqual([10, 0]);

      await server.stop();
      expect([await rush(limiters[0]!), await rush(limiters[1]!)]).toEqual([10, 10]);
      expect([await rush(limiters[0]!), await rush(limiters[1]!)]).toEqual([0, 0]);

      await server.start();
      const back = [onClock(clock, prefix, server.url), onClock(clock, prefix, server.url)];
      expect([await rush(back[0]!), await rush(back[1]!)]).toEqual([10, 0]);
      await server.remove();
    });
  });
});
