import { describeWithEngines } from '#libs/testing/engines';
import { OwnRedis, freshPrefix, redisAt } from '#libs/testing/redis';
import { eventually } from '#libs/testing';
import { Redis } from 'ioredis';
import type { RedisClient } from '../../src/redis/redis-client.ts';
import { RedisWorkLock } from '../../src/locks/redis-work-lock.ts';
import { workLockContract } from '../../src/locks/work-lock.contract.ts';

const minute = 60_000;

describeWithEngines('Redis', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];

  function aLock(prefix: string, url = REDIS_URL): RedisWorkLock {
    const client = redisAt(url, prefix);
    clients.push(client);
    return new RedisWorkLock(client);
  }

  afterAll(() => {
    for (const client of clients) client.close();
  });

  workLockContract('Redis', async () => aLock(freshPrefix()));

  describe('a lock on work between processes', () => {
    it('is held by one of them', async () => {
      const prefix = freshPrefix();
      const locks = Array.from({ length: 5 }, () => aLock(prefix));

      const taken = await Promise.all(locks.map((lock) => lock.take('sweep', minute)));

      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await Promise.all(locks.map((lock) => lock.take('sweep', minute)))).toEqual(taken);
    });

    it('is left by its holder alone', async () => {
      const prefix = freshPrefix();
      const [holder, other] = [aLock(prefix), aLock(prefix)];
      await holder.take('sweep', minute);

      await other.release('sweep');
      expect(await other.take('sweep', minute)).toBe(false);
      await holder.release('sweep');

      expect(await other.take('sweep', minute)).toBe(true);
    });

    it('comes free by itself when its holder says nothing', async () => {
      const prefix = freshPrefix();
      const [gone, other] = [aLock(prefix), aLock(prefix)];
      await gone.take('sweep', 50);

      expect(await eventually(() => other.take('sweep', minute), Boolean)).toBe(true);
    });

    it('is free again when Redis was emptied: somebody holds it, sooner or later one alone', async () => {
      const prefix = freshPrefix();
      const [first, second, bare] = [aLock(prefix), aLock(prefix), new Redis(REDIS_URL)];
      await first.take('sweep', minute);

      await bare.del(`${prefix}lock:sweep`);
      bare.disconnect();

      expect(await second.take('sweep', minute)).toBe(true);
      expect(await first.take('sweep', minute)).toBe(false);
    });

    it('holds nobody back while Redis is away', async () => {
      const server = await OwnRedis.start();
      const prefix = freshPrefix();
      const [first, second] = [aLock(prefix, server.url), aLock(prefix, server.url)];
      expect([await first.take('sweep', minute), await second.take('sweep', minute)]).toEqual([true, false]);

      await server.stop();

      expect([await first.take('sweep', minute), await second.take('sweep', minute)]).toEqual([true, true]);
      await first.release('sweep');
      await server.remove();
    });
  });
});
