import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { describeWithEngines } from '#libs/testing/engines';
import { DependencyUnavailable } from '#libs/kernel';
import { NoChance, OwnRedis, freshPrefix } from '#libs/testing/redis';
import { eventually } from '#libs/testing';
import { Redis } from 'ioredis';
import { RedisClient, RedisScript } from '../../src/redis/redis-client.ts';
import { pauseBefore } from '../../src/redis/redis-options.ts';

const password = 'p@ss:w0rd/1';

describe('the pauses between two attempts to connect', () => {
  it('grow to five seconds and are half chance', () => {
    const [least, most] = [{ next: () => 0 }, { next: () => 1 }];

    expect([1, 2, 3, 8, 1_000].map((attempt) => [pauseBefore(attempt, least), pauseBefore(attempt, most)])).toEqual([
      [25, 50],
      [50, 100],
      [100, 200],
      [2_500, 5_000],
      [2_500, 5_000],
    ]);
  });
});

describe('a client whose URL says rediss://', () => {
  it('begins with TLS, and says nothing before', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = new RedisClient({ url: `rediss://:${encodeURIComponent(password)}@127.0.0.1:${port}`, keyPrefix: '' }, new NoChance(), {
      warn: () => undefined,
      log: () => undefined,
    });

    const preparing = client.prepare();
    const [socket] = (await once(server, 'connection')) as [Socket];
    const [first] = (await once(socket, 'data')) as [Buffer];
    client.close();
    socket.destroy();
    server.close();
    await preparing;

    expect([...first.subarray(0, 2)]).toEqual([22, 3]); // RFC 8446: a handshake record
    expect(first.toString('latin1')).not.toContain(password);
  });
});

describeWithEngines('a client of Redis', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];
  const said: string[] = [];
  const log = { warn: (line: string) => void said.push(line), log: (line: string) => void said.push(line) };

  function aClient(url = REDIS_URL, keyPrefix = freshPrefix()): RedisClient {
    const client = new RedisClient({ url, keyPrefix }, new NoChance(), log);
    clients.push(client);
    return client;
  }

  afterEach(() => {
    said.length = 0;
    for (const client of clients.splice(0)) client.close();
  });

  it('opens its connection with the first use', async () => {
    const client = aClient();
    expect(client.trouble()).toBe('is not connected yet');

    await client.keep('a', 'text', 60_000);

    expect(await client.find('a')).toBe('text');
    expect(client.trouble()).toBeUndefined();
  });

  it('keeps a text for the first who brings one', async () => {
    const client = aClient();

    expect([await client.keepFirst('a', 'one', 60_000), await client.keepFirst('a', 'two', 60_000)]).toEqual([true, false]);
    expect(await client.find('a')).toBe('one');
  });

  it('puts its prefix before every key, scripts included', async () => {
    const [prefix, script] = [freshPrefix(), new RedisScript(`return redis.call('SET', KEYS[1], ARGV[1])`)];
    const [client, bare] = [aClient(REDIS_URL, prefix), new Redis(REDIS_URL)];

    await client.run(script, 'script', 1);
    await client.keep('text', 'x', 60_000);

    expect((await bare.keys(`${prefix}*`)).sort()).toEqual([`${prefix}script`, `${prefix}text`]);
    await bare.del(`${prefix}script`);
    bare.disconnect();
  });

  describe('whose server is stopped, emptied or asleep', () => {
    let server: OwnRedis;
    const script = new RedisScript(`return redis.call('INCR', KEYS[1])`);

    beforeEach(async () => {
      server = await OwnRedis.start();
    });

    afterEach(() => server.remove());

    it('fails at once while it is away, says so once, and comes back by itself', async () => {
      const client = aClient(server.url);
      expect(await client.run(script, 'a')).toBe(1);

      await server.stop();
      await eventually(
        async () => client.trouble(),
        (trouble) => trouble !== undefined,
      );
      const refusals = await Promise.allSettled([client.run(script, 'a'), client.find('a'), client.keep('a', 'x', 1_000)]);
      await server.start();
      await eventually(
        async () => client.trouble(),
        (trouble) => trouble === undefined,
      );

      expect(refusals.every((one) => one.status === 'rejected' && one.reason instanceof DependencyUnavailable)).toBe(true);
      expect(await client.run(script, 'a')).toBe(1); // the server knows neither key nor script
      expect(said.filter((line) => line.includes('away'))).toHaveLength(1);
      expect(said.at(-1)).toBe('Redis is there');
    });

    it('is made where there is no server, and is of use as soon as there is one', async () => {
      await server.stop();
      const client = aClient(server.url);

      await client.prepare();
      expect(client.trouble()).toContain('ECONNREFUSED');
      await expect(client.find('a')).rejects.toThrow(DependencyUnavailable);

      await server.start();
      await eventually(
        async () => client.trouble(),
        (trouble) => trouble === undefined,
      );
      expect(await client.find('a')).toBeUndefined();
    });

    it('waits no longer for an answer than its deadline, and lets nothing gather before a server that is silent', async () => {
      const client = aClient(server.url);
      await client.find('a');

      server.sleep();
      await expect(client.find('a')).rejects.toThrow(DependencyUnavailable);
      await eventually(
        async () => client.trouble(),
        (trouble) => trouble !== undefined,
      );
      const refusals = await Promise.allSettled(Array.from({ length: 1_000 }, () => client.find('a')));
      server.wake();

      expect(new Set(refusals.map(({ status }) => status))).toEqual(new Set(['rejected']));
      await eventually(
        async () => client.trouble(),
        (trouble) => trouble === undefined,
      );
    });

    it('does not start on a server that throws keys away, and names the setting', async () => {
      await server.stop();
      await server.start('allkeys-lru');

      await expect(aClient(server.url).prepare()).rejects.toThrow(
        'The Redis that REDIS_URL names has maxmemory-policy allkeys-lru; set it to noeviction',
      );
    });

    it('says it when its server came back as one that throws keys away', async () => {
      const client = aClient(server.url);
      await client.prepare();

      await server.stop();
      await server.start('volatile-ttl');

      expect(
        await eventually(
          async () => client.trouble(),
          (trouble) => trouble?.includes('policy') === true,
        ),
      ).toBe('its maxmemory-policy is not noeviction');
    });

    it('goes on with a warning where CONFIG is forbidden', async () => {
      const admin = new Redis(server.url);
      await admin.call('ACL', 'SETUSER', 'limited', 'on', '>limited', '~*', '+@all', '-config');
      admin.disconnect();
      const client = aClient(server.url.replace('//', '//limited:limited@'));

      await client.prepare();

      expect(client.trouble()).toBeUndefined();
      expect(said.some((line) => line.startsWith('Redis does not tell its maxmemory-policy'))).toBe(true);
    });

    it('never says its password', async () => {
      const admin = new Redis(server.url);
      await admin.call('CONFIG', 'SET', 'requirepass', 'another');
      const client = aClient(server.url.replace('//', `//:${encodeURIComponent(password)}@`));

      await client.prepare();
      const error: unknown = await client.find('a').catch((thrown: unknown) => thrown);
      admin.disconnect();

      expect(client.trouble()).toContain('WRONGPASS');
      const words = `${inspect(error, { depth: 10, showHidden: true })} ${said.join(' ')} ${client.trouble() ?? ''}`;
      expect(words).toContain('Redis');
      expect(words).not.toContain(password);
      expect(words).not.toContain(encodeURIComponent(password));
    });
  });
});
