import { describeWithEngines } from '#libs/testing/engines';
import { SystemClock } from '#libs/kernel';
import { OwnRedis, freshPrefix, redisAt } from '#libs/testing/redis';
import { FixedClock, eventually } from '#libs/testing';
import { Redis } from 'ioredis';
import type { RedisClient } from '../../src/redis/redis-client.ts';
import { MemorySharedCache } from '../../src/cache/memory-shared-cache.ts';
import { RedisSharedCache } from '../../src/cache/redis-shared-cache.ts';
import { Maker, sharedCacheContract } from '../../src/cache/shared-cache.contract.ts';

describeWithEngines('Redis', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  /** The cache of one process. */
  function aCache({ prefix = freshPrefix(), url = REDIS_URL, clock = new FixedClock() } = {}): RedisSharedCache {
    const client = redisAt(url, prefix);
    clients.push(client);
    return new RedisSharedCache(client, new MemorySharedCache(clock), clock);
  }

  async function onServer<T>(work: (server: Redis) => Promise<T>, url = REDIS_URL): Promise<T> {
    const bare = new Redis(url);
    try {
      return await work(bare);
    } finally {
      bare.disconnect();
    }
  }

  sharedCacheContract('Redis', async () => {
    const clock = new FixedClock();
    return { cache: aCache({ clock }), clock };
  });

  describe('values of several processes', () => {
    it('are made by one of them and read by the others', async () => {
      const prefix = freshPrefix();
      const maker = new Maker();

      const values = [];
      for (let process = 0; process < 4; process += 1) values.push(await aCache({ prefix }).of('a', maker.value));

      expect(values).toEqual(Array(4).fill({ n: 1 }));
    });

    it('end with their time, by the server’s clock', async () => {
      const prefix = freshPrefix();
      const cache = aCache({ prefix, clock: new FixedClock('2040-01-01T00:00:00Z') });
      const maker = new Maker();
      await cache.of('a', maker.value);

      const leftMs = await onServer((server) => server.pttl(`${prefix}cache:a`));
      expect(leftMs).toBeLessThanOrEqual(60_000);
      expect(leftMs).toBeGreaterThan(30_000);

      await cache.of('b', { ...maker.value, forMs: 20 });
      expect(await eventually(() => cache.of('b', maker.value), ({ n }) => n === 3)).toEqual({ n: 3 }); // prettier-ignore
    });

    it.each([
      ['no JSON', '{"n":'],
      ['another shape', '{"n":"1"}'],
      ['nothing', ''],
      ['null', 'null'],
    ])('are made anew where %s stands under their name', async (_what, garbage) => {
      const prefix = freshPrefix();
      await onServer((server) => server.set(`${prefix}cache:a`, garbage));
      const maker = new Maker();

      expect(await aCache({ prefix }).of('a', maker.value)).toEqual({ n: 1 });
      expect(await aCache({ prefix }).of('a', maker.value)).toEqual({ n: 1 });
    });

    it('are made anew where a key of another kind stands in their place: each process for itself', async () => {
      const prefix = freshPrefix();
      await onServer((server) => server.rpush(`${prefix}cache:a`, 'x'));
      const maker = new Maker();
      const cache = aCache({ prefix });

      expect([await cache.of('a', maker.value), await cache.of('a', maker.value)]).toEqual([{ n: 1 }, { n: 1 }]);
      expect(await aCache({ prefix }).of('a', maker.value)).toEqual({ n: 2 });
    });
  });

  describe('values while Redis is emptied, stopped or silent', () => {
    let server: OwnRedis;
    let caches: readonly RedisSharedCache[];
    const maker = new Maker();
    const ask = async () => {
      for (const cache of caches) await cache.of('a', maker.value);
      return maker.made;
    };

    beforeEach(async () => {
      maker.made = 0;
      server = await OwnRedis.start();
      caches = [1, 2].map(() => aCache({ prefix: 'a:', url: server.url }));
      expect(await ask()).toBe(1);
    });

    afterEach(() => server.remove());

    it('emptied: are made once more', async () => {
      await onServer((redis) => redis.flushall(), server.url);

      expect(await ask()).toBe(2);
      expect(await ask()).toBe(2);
    });

    it('stopped: are made by each process for itself, and kept there; back, they are shared', async () => {
      await server.stop();
      expect(await ask()).toBe(3);
      expect(await ask()).toBe(3);

      await server.start();
      caches = [1, 2].map(() => aCache({ prefix: 'a:', url: server.url }));
      expect(await ask()).toBe(4);
    });

    it('silent: nobody waits for longer than for any command, and everybody makes them', async () => {
      server.sleep();
      expect(await ask()).toBe(3);
      server.wake();
    });

    it('that is not there at the time of keeping: are answered all the same', async () => {
      const stopping = { ...maker.value, make: async () => (await server.stop(), maker.value.make()) };

      expect(await caches[0]!.of('b', stopping)).toEqual({ n: 2 });
    });
  });

  it('does not keep a value longer than from the moment its making began', async () => {
    const [prefix, clock] = [freshPrefix(), new FixedClock(new SystemClock().now())];
    const maker = new Maker();
    const slow = async () => (clock.advance(50_000), maker.value.make());

    await aCache({ prefix, clock }).of('a', { ...maker.value, make: slow });

    expect(await onServer((server) => server.pttl(`${prefix}cache:a`))).toBeLessThanOrEqual(10_000);
  });
});
