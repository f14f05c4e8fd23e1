import { generateKeyPairSync } from 'node:crypto';
import { Sealer, deriveKeys } from '#libs/access';
import { RedisWorkLock, type RedisClient } from '#libs/coordination';
import { describeWithEngines } from '#libs/testing/engines';
import { SystemClock } from '#libs/kernel';
import { OwnRedis, freshPrefix, redisAt } from '#libs/testing/redis';
import { FixedClock } from '#libs/testing';
import { Redis } from 'ioredis';
import { SystemTimer } from '../../src/timer.ts';
import type { AccessToken } from '../../src/providers/shared-tokens.ts';
import { AccessTokens } from '../../src/providers/access-tokens.ts';
import { ApnsTokens } from '../../src/providers/apns/credentials.ts';
import type { Outcome } from '../../src/providers/outcome.ts';
import { RedisSharedTokens } from '../../src/providers/redis-shared-tokens.ts';
import { sharedTokensContract } from '../../src/providers/shared-tokens.contract.ts';

const hour = 3_600_000;
const clock = new SystemClock();
const keys = [1, 2].map((byte) => new Sealer(deriveKeys(Buffer.alloc(32, byte))));
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const fields = { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) };

describeWithEngines('Redis', ({ REDIS_URL }) => {
  const clients: RedisClient[] = [];
  let asked: number;

  beforeEach(() => {
    asked = 0;
  });

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  /** The tokens of one process. */
  function someTokens(prefix = freshPrefix(), { url = REDIS_URL, sealer = keys[0]!, at = clock } = {}): RedisSharedTokens {
    const client = redisAt(url, prefix);
    clients.push(client);
    return new RedisSharedTokens(client, new RedisWorkLock(client), sealer, at, new SystemTimer());
  }

  async function exchange(): Promise<AccessToken | Outcome> {
    asked += 1;
    return { value: `secret-token-${asked}`, expiresAt: clock.now() + hour };
  }

  sharedTokensContract('Redis', async () => ({ tokens: someTokens(), now: clock.now() }));

  describe('tokens of several processes', () => {
    it('are fetched by one of them and read by the others', async () => {
      const prefix = freshPrefix();
      const processes = Array.from({ length: 4 }, () => new AccessTokens(someTokens(prefix), clock));

      const headers = await Promise.all(processes.map(async (tokens) => ({ ...(await tokens.of('a', exchange)) })));

      expect(headers.map((one) => 'header' in one && one.header)).toEqual(Array(4).fill('Bearer secret-token-1'));
      expect(asked).toBe(1);
    });

    it('are not taken from Redis when the provider has refused them', async () => {
      const prefix = freshPrefix();
      const at = new FixedClock(clock.now());
      const [first, second] = [someTokens(prefix), someTokens(prefix)].map((tokens) => new AccessTokens(tokens, at));
      for (const tokens of [first!, second!]) await tokens.of('a', exchange);
      at.advance(60_000);

      expect(await first!.renew('a', 'Bearer secret-token-1', exchange)).toBe(true);
      expect(await second!.renew('a', 'Bearer secret-token-1', exchange)).toBe(true);

      expect(await first!.of('a', exchange)).toMatchObject({ header: 'Bearer secret-token-2' });
      expect(await second!.of('a', exchange)).toMatchObject({ header: 'Bearer secret-token-2' });
      expect(asked).toBe(2);
    });

    it('are fetched by another when the first one finds that it cannot', async () => {
      const prefix = freshPrefix();
      const [first, second] = [someTokens(prefix), someTokens(prefix)];
      const refused: Outcome = { kind: 'credentials_bad', reason: 'invalid_grant', refreshable: false };
      const answered = Promise.withResolvers<Outcome>();
      const begun = Promise.withResolvers<undefined>();
      const failing = first.of(
        'a',
        () => true,
        () => {
          begun.resolve(undefined);
          return answered.promise;
        },
      );
      await begun.promise;
      const waiting = second.of('a', () => true, exchange);

      answered.resolve(refused);

      expect(await failing).toEqual(refused);
      expect(await waiting).toMatchObject({ value: 'secret-token-1' });
    });

    it('of APNs are one JWT in all processes', async () => {
      const prefix = freshPrefix();
      const at = new FixedClock(clock.now());
      const processes = Array.from({ length: 3 }, () => new ApnsTokens(someTokens(prefix, { at }), at));

      const headers = await Promise.all(processes.map(async (tokens) => (await tokens.of('a', fields)).header));

      expect(new Set(headers).size).toBe(1);
    });

    it('stand nowhere in clear: neither value nor key is in what Redis holds', async () => {
      const prefix = freshPrefix();
      const tokens = someTokens(prefix);
      const { header } = await new ApnsTokens(tokens, clock).of('a', fields);
      await tokens.of('fcm:a', () => true, exchange);

      const bare = new Redis(REDIS_URL);
      const names = await bare.keys(`${prefix}*`);
      const dumps = await Promise.all(names.map((name) => bare.dumpBuffer(name)));
      const values = await bare.mget(names);
      bare.disconnect();

      const held = Buffer.concat([Buffer.from(JSON.stringify([names, values])), ...dumps]).toString('latin1');
      expect(names).toHaveLength(2);
      for (const part of header.slice('bearer '.length).split('.').slice(1)) expect(held).not.toContain(part);
      for (const secret of ['secret-token', 'KEY1234567', 'TEAM123456', privateKeyLine()]) expect(held).not.toContain(secret);
    });

    it('end with their time: Redis forgets them', async () => {
      const prefix = freshPrefix();
      const tokens = someTokens(prefix);
      await tokens.of('a', () => true, exchange);

      const bare = new Redis(REDIS_URL);
      const leftMs = await bare.pttl(`${prefix}token:a`);
      bare.disconnect();

      expect(leftMs).toBeLessThanOrEqual(hour);
      expect(leftMs).toBeGreaterThan(hour - 60_000);
    });

    it('sealed with another master key, or put under another name, are fetched anew', async () => {
      const prefix = freshPrefix();
      await someTokens(prefix).of('a', () => true, exchange);
      const bare = new Redis(REDIS_URL);
      await bare.set(`${prefix}token:b`, (await bare.get(`${prefix}token:a`)) ?? '');
      bare.disconnect();

      expect(await someTokens(prefix, { sealer: keys[1]! }).of('a', () => true, exchange)).toMatchObject({ value: 'secret-token-2' });
      expect(await someTokens(prefix).of('b', () => true, exchange)).toMatchObject({ value: 'secret-token-3' });
    });

    it('cost a fetch each when Redis is emptied or away', async () => {
      const server = await OwnRedis.start();
      const processes = [someTokens('a:', { url: server.url }), someTokens('a:', { url: server.url })];
      const ask = async () => {
        for (const tokens of processes) await tokens.of('a', () => true, exchange);
        return asked;
      };
      expect(await ask()).toBe(1);

      const bare = new Redis(server.url);
      await bare.flushall();
      bare.disconnect();
      expect(await ask()).toBe(2);

      await server.stop();
      expect(await ask()).toBe(4);
      await server.remove();
    });
  });
});

function privateKeyLine(): string {
  return fields.privateKey.split('\n')[1] ?? 'no key';
}
