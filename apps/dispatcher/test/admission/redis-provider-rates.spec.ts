import type { RedisClient } from '#libs/coordination';
import { describeWithEngines } from '#libs/testing/engines';
import { OwnRedis, RedisOnClock, freshPrefix, redisAt } from '#libs/testing/redis';
import { FixedClock, eventually } from '#libs/testing';
import { Redis } from 'ioredis';
import { RedisProviderRates } from '../../src/admission/redis-provider-rates.ts';
import { sendingRateContract } from '../../src/admission/sending-rate.contract.ts';
import type { SendingRate } from '../../src/admission/sending-rate.ts';

describeWithEngines('Redis', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  interface Process {
    readonly rate: SendingRate;
    readonly redis: RedisOnClock;
  }

  /** The rate of one credential in so many processes. */
  function processes(count: number, clock: FixedClock, url = REDIS_URL, prefix = freshPrefix()): readonly Process[] {
    return Array.from({ length: count }, () => {
      const redis = new RedisOnClock(url, clock, prefix);
      clients.push(redis);
      return { redis, rate: new RedisProviderRates(redis, clock).of('demo:fcm') };
    });
  }

  async function settled(all: readonly Process[]): Promise<void> {
    await Promise.all(all.map(({ redis }) => redis.settled()));
  }

  /** Everybody wants all there is, for so many seconds, in steps of 50 ms; what each of them got. */
  async function rush(all: readonly Process[], clock: FixedClock, seconds: number): Promise<number[]> {
    const granted = all.map(() => 0);
    for (let step = 0; step < seconds * 20; step += 1) {
      clock.advance(50);
      for (const [at, { rate }] of all.entries()) {
        await rate.prepare(500, clock.now());
        granted[at]! += rate.take(500, clock.now()).granted;
      }
    }
    return granted;
  }

  const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0);

  async function limited(all: readonly Process[], perSecond: number, clock: FixedClock): Promise<void> {
    all[0]!.rate.rampFrom(perSecond, clock.now());
    await settled(all);
    for (const { rate } of all) rate.observe(1, 0, clock.now());
    await settled(all);
  }

  sendingRateContract('Redis', async () => {
    const clock = new FixedClock();
    const all = processes(1, clock);
    return { rate: all[0]!.rate, clock, settled: () => settled(all) };
  });

  describe('the rate of several dispatchers', () => {
    it('is one bucket: together they get exactly the rate, and each its share', async () => {
      const clock = new FixedClock();
      const all = processes(2, clock);
      await limited(all, 100, clock);

      const granted = await rush(all, clock, 20);

      expect(sumOf(granted)).toBeLessThanOrEqual(2_000);
      expect(sumOf(granted)).toBeGreaterThan(1_900);
      for (const one of granted) expect(one).toBeGreaterThan(700);
    });

    it('goes by the server’s clock, whatever the processes believe', async () => {
      const prefix = freshPrefix();
      const all = ['2020-01-01T00:00:00Z', '2040-01-01T00:00:00Z'].map((time) => {
        const [clock, redis] = [new FixedClock(time), redisAt(REDIS_URL, prefix)];
        clients.push(redis);
        return { clock, rate: new RedisProviderRates(redis, clock).of('demo:fcm') };
      });
      all[0]!.rate.rampFrom(10, all[0]!.clock.now());

      // Each asks as often as it can; the server's five a second (a share of the rate) come when its own time has passed.
      const started = performance.now();
      let granted = 0;
      await eventually(
        async () => {
          for (const { rate, clock } of all) {
            clock.advance(10_000);
            await rate.prepare(5, clock.now());
            granted += rate.take(5, clock.now()).granted;
          }
          return granted;
        },
        (sum) => sum >= 10,
      );

      expect(granted).toBeLessThanOrEqual(10 + ((performance.now() - started) / 1_000) * 10);
      expect(performance.now() - started).toBeGreaterThan(500);
    });

    it('falls for all when one of them is throttled', async () => {
      const clock = new FixedClock();
      const all = processes(3, clock);
      for (const { rate } of all) rate.observe(1_000, 0, clock.now());
      await settled(all);
      clock.advance(1_000);

      all[0]!.rate.observe(500, 400, clock.now());
      await settled(all);
      clock.advance(1_000);
      for (const { rate } of all) rate.observe(1, 0, clock.now());
      await settled(all);

      const limits = all.map(({ rate }) => rate.limit);
      expect(new Set(limits).size).toBe(1);
      expect(limits[0]).toBeGreaterThan(300);
      expect(limits[0]).toBeLessThan(700);
    });

    it('holds for a process that has only just started', async () => {
      const [clock, prefix] = [new FixedClock(), freshPrefix()];
      await limited(processes(1, clock, REDIS_URL, prefix), 100, clock);
      const [late] = processes(1, clock, REDIS_URL, prefix);

      await late!.rate.prepare(500, clock.now());

      expect(late!.rate.take(500, clock.now()).granted).toBe(0);
      expect(late!.rate.limit).toBe(100);
    });

    it('costs a call for many messages, not one for each', async () => {
      const clock = new FixedClock();
      const all = processes(1, clock);
      await limited(all, 1_000, clock);
      clock.advance(500);
      const before = all[0]!.redis.runs;

      let granted = 0;
      for (let one = 0; one < 200; one += 1) {
        await all[0]!.rate.prepare(1, clock.now());
        granted += all[0]!.rate.take(1, clock.now()).granted;
      }

      expect(granted).toBe(200);
      expect(all[0]!.redis.runs - before).toBe(1);
    });

    it('does not keep what a process took ahead and did not use', async () => {
      const clock = new FixedClock();
      const [one] = processes(1, clock);
      await limited([one!], 100, clock);
      clock.advance(500);
      await one!.rate.prepare(10, clock.now());

      clock.advance(1_000);

      expect(one!.rate.take(10, clock.now()).granted).toBe(0);
    });

    it('starts with an empty bucket when Redis was emptied, and with the limit that was', async () => {
      const [clock, prefix] = [new FixedClock(), freshPrefix()];
      const all = processes(2, clock, REDIS_URL, prefix);
      await limited(all, 100, clock);
      clock.advance(60_000); // a bucket full to the brim

      const bare = new Redis(REDIS_URL);
      await bare.del(`${prefix}rate:demo:fcm`);
      bare.disconnect();

      const first = await Promise.all(
        all.map(async ({ rate }) => {
          await rate.prepare(500, clock.now());
          return rate.take(500, clock.now()).granted;
        }),
      );
      expect(first).toEqual([0, 0]);
      expect(all.map(({ rate }) => rate.limit)).toEqual([100, 100]);
      const granted = await rush(all, clock, 10);
      expect(sumOf(granted)).toBeLessThanOrEqual(1_000);
      expect(sumOf(granted)).toBeGreaterThan(900);
    });

    it('goes on with the last shares while Redis is away: not nothing, and together not more than the rate', async () => {
      const server = await OwnRedis.start();
      const clock = new FixedClock();
      const all = processes(2, clock, server.url);
      await limited(all, 100, clock);
      await rush(all, clock, 2);

      await server.stop();
      const away = await rush(all, clock, 10);
      for (const { rate } of all) rate.observe(100, 0, clock.now());
      const later = await rush(all, clock, 30);

      for (const one of away) expect(one).toBeGreaterThan(400);
      expect(sumOf(away)).toBeLessThanOrEqual(1_000);
      expect(sumOf(later)).toBeLessThanOrEqual(3_000);
      await server.remove();
    });

    it('is shared again when Redis is back, empty', async () => {
      const server = await OwnRedis.start();
      const clock = new FixedClock();
      const all = processes(2, clock, server.url);
      await limited(all, 100, clock);
      await server.stop();
      await rush(all, clock, 2);

      await server.start();
      for (const { redis } of all)
        await eventually(
          async () => redis.trouble(),
          (trouble) => trouble === undefined,
        );
      await rush(all, clock, 2);
      const granted = await rush(all, clock, 10);

      expect(all.map(({ rate }) => rate.limit)).toEqual([100, 100]);
      expect(sumOf(granted)).toBeLessThanOrEqual(1_000);
      expect(sumOf(granted)).toBeGreaterThan(900);
      await server.remove();
    });

    it('still falls in a process that is throttled while Redis is away', async () => {
      const server = await OwnRedis.start();
      const clock = new FixedClock();
      const [one] = processes(1, clock, server.url);
      await server.stop();

      for (let second = 0; second < 5; second += 1) {
        one!.rate.observe(500, 0, clock.now());
        await settled([one!]);
        clock.advance(1_000);
      }
      one!.rate.observe(500, 400, clock.now());

      expect(one!.rate.limit).toBeGreaterThan(0);
      expect(one!.rate.limit).toBeLessThan(500);
      await server.remove();
    });
  });
});
