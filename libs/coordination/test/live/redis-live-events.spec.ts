import { describeWithEngines } from '#libs/testing/engines';
import { OwnRedis, freshPrefix, redisAt } from '#libs/testing/redis';
import { eventually } from '#libs/testing';
import { Redis } from 'ioredis';
import { RedisClient } from '../../src/redis/redis-client.ts';
import { liveEventsContract } from '../../src/live/live-events.contract.ts';
import { RedisLiveEvents } from '../../src/live/redis-live-events.ts';

const soonMs = 60_000;

describeWithEngines('Redis', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];
  let end: AbortController;

  beforeEach(() => {
    end = new AbortController();
  });

  afterEach(() => {
    end.abort();
    for (const client of clients.splice(0)) client.close();
  });

  function someLive(prefix = freshPrefix(), url = REDIS_URL): RedisLiveEvents {
    const client = redisAt(url, prefix);
    clients.push(client);
    return new RedisLiveEvents(client);
  }

  liveEventsContract('Redis', async () => {
    const prefix = freshPrefix();
    return [someLive(prefix), someLive(prefix)];
  });

  describe('live events between processes', () => {
    it('stay behind their prefix', async () => {
      const [here, there] = [someLive(), someLive()];
      const hints = here.listen('a', end.signal);
      await hints.next(soonMs);

      there.tell('a');
      const own = there.listen('a', end.signal);
      await own.next(soonMs);
      there.tell('a');
      await own.next(soonMs);

      expect(await hints.next(0)).toBe(false);
    });

    it('go together: one command for hundreds of channels', async () => {
      const server = await OwnRedis.start();
      const bare = new Redis(server.url);
      const [teller, listener] = [someLive('a:', server.url), someLive('a:', server.url)];
      const channels = Array.from({ length: 300 }, (_, channel) => `c${channel}`);
      const all = channels.map((channel) => listener.listen(channel, end.signal));
      for (const hints of all) await hints.next(soonMs);
      const runs = async () => Number(/cmdstat_eval(?:sha)?:calls=(\d+)/.exec(await bare.info('commandstats'))?.[1] ?? 0);

      for (const channel of channels) teller.tell(channel);
      for (const hints of all) expect(await hints.next(soonMs)).toBe(true);

      expect(await runs()).toBeLessThan(10);
      bare.disconnect();
      await server.remove();
    });

    it('leave a channel on the server when nobody listens to it any more', async () => {
      const [prefix, bare] = [freshPrefix(), new Redis(REDIS_URL)];
      const live = someLive(prefix);
      const [first, second] = [new AbortController(), new AbortController()];
      const listening = () => bare.pubsub('CHANNELS', `${prefix}*`);
      await live.listen('a', first.signal).next(soonMs);
      await live.listen('a', second.signal).next(soonMs);
      expect(await listening()).toEqual([`${prefix}live:a`]);

      first.abort();
      const still = live.listen('b', end.signal);
      await still.next(soonMs);
      expect(((await listening()) as string[]).sort()).toEqual([`${prefix}live:a`, `${prefix}live:b`]);
      second.abort();

      expect(await eventually(listening, (channels) => (channels as string[]).length === 1)).toEqual([`${prefix}live:b`]);
      bare.disconnect();
    });

    it('are silent while Redis is away, and heard again, once at least, when it is back', async () => {
      const server = await OwnRedis.start();
      const [teller, listener] = [someLive('a:', server.url), someLive('a:', server.url)];
      const hints = listener.listen('a', end.signal);
      expect(await hints.next(soonMs)).toBe(true);

      await server.stop();
      teller.tell('a');
      expect(await listener.listen('b', end.signal).next(100)).toBe(false);
      expect(await hints.next(0)).toBe(false);

      await server.start();
      expect(await hints.next(soonMs)).toBe(true);
      await eventually(async () => {
        teller.tell('a');
        return hints.next(300);
      }, Boolean); // prettier-ignore
      await server.remove();
    });

    it('are there as soon as Redis is, where it was away from the beginning; emptied, it has lost nothing', async () => {
      const server = await OwnRedis.start();
      await server.stop();
      const [teller, listener] = [someLive('a:', server.url), someLive('a:', server.url)];
      const hints = listener.listen('a', end.signal);
      teller.tell('a');
      expect(await hints.next(100)).toBe(false);

      await server.start();
      expect(await hints.next(soonMs)).toBe(true);
      const bare = new Redis(server.url);
      await bare.flushall();
      await bare.script('FLUSH');
      bare.disconnect();

      await eventually(async () => {
        teller.tell('a');
        return hints.next(300);
      }, Boolean); // prettier-ignore
      await server.remove();
    });

    it('let nothing gather before a Redis that is silent', async () => {
      const server = await OwnRedis.start();
      const [teller, listener] = [someLive('a:', server.url), someLive('a:', server.url)];
      const hints = listener.listen('a', end.signal);
      await hints.next(soonMs);

      server.sleep();
      for (let told = 0; told < 100_000; told += 1) teller.tell(`c${told}`);
      server.wake();

      await eventually(async () => {
        teller.tell('a');
        return hints.next(300);
      }, Boolean); // prettier-ignore
      await server.remove();
    });

    it('say it where Redis lets nobody listen', async () => {
      const server = await OwnRedis.start();
      const admin = new Redis(server.url);
      await admin.call('ACL', 'SETUSER', 'deaf', 'on', '>deaf', '~*', '+@all', 'resetchannels');
      admin.disconnect();
      const said: string[] = [];
      const log = { warn: (line: string) => void said.push(line), log: () => undefined };
      const client = new RedisClient({ url: server.url.replace('//', '//deaf:deaf@'), keyPrefix: '' }, { next: () => 0.5 }, log);
      clients.push(client);

      const hints = new RedisLiveEvents(client).listen('a', end.signal);

      await eventually(() => said, (lines) => lines.length > 0); // prettier-ignore
      expect(said).toEqual([expect.stringMatching(/^Redis lets nobody listen: NOPERM .*; live streams are slower$/)]);
      expect(await hints.next(0)).toBe(false);
      await server.remove();
    });
  });
});
