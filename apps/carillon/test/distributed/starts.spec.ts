import { accessCollections } from '#libs/access';
import { describeWithEngines, startRedis } from '#libs/testing/engines';
import { KafkaClient } from '#libs/messaging';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failedStart, type FailedStart } from '../support/failed-start.ts';
import { OwnSpace } from '../support/own-space.ts';
import { freePort, request, until } from '../support/platform.ts';
import { ServiceProcess } from '../support/service-process.ts';
import { Relay } from './relay.ts';

const minutes = 60_000;
const password = 'sesame-open-yourself';
const servers = ['MongoDB', 'Kafka', 'Redis'];

interface Probe {
  readonly status: string;
  readonly dependencies: Readonly<Record<string, { up: boolean; reason?: string }>>;
}

/** One line that names what to check, exit 1, and no password anywhere. */
function expectOneLine({ code, words, log }: FailedStart, ...named: readonly (string | RegExp)[]): void {
  const said = words.filter((line) => !/^\(|^Timeout duration/.test(line)); // a warning of Node about the Kafka client
  expect(said).toHaveLength(1);
  for (const name of named) expect(said[0]).toMatch(name);
  expect(code).toBe(1);
  expect([...words, log].join('\n')).not.toContain(password);
}

describeWithEngines('a start of the distributed runtime', (engines) => {
  const space = new OwnSpace(engines);
  const settings = {
    ...space.settings,
    SERVICES: 'registration',
    npm_config_ignore_scripts: 'true', // what is compiled is compiled
  };
  const { KAFKA_BROKERS: broker } = engines;
  const mongodb = new URL(engines.MONGODB_URI).host;
  const redis = new URL(engines.REDIS_URL).host;

  afterAll(async () => {
    await space.drop();
  });

  it.concurrent(
    'says at once which keys are missing and that a login is named in part only',
    async () => {
      const without = { ...settings, CARILLON_ADMIN_KEY: '', CARILLON_MASTER_KEY: '', KAFKA_SASL_USERNAME: 'carillon' };
      const { code, words } = await failedStart(without);

      expect(code).toBe(1);
      expect(words.slice(1).map((line) => line.trim().split(' ')[0])).toEqual([
        'CARILLON_ADMIN_KEY',
        'CARILLON_MASTER_KEY',
        'KAFKA_SASL_MECHANISM',
      ]);
    },
    5 * minutes,
  );

  it.concurrent(
    'says that nothing can be made of MONGODB_URI',
    async () => {
      expectOneLine(await failedStart({ ...settings, MONGODB_URI: `mongodb://me:${password}@@${mongodb}/?x=%` }), 'MONGODB_URI');
    },
    5 * minutes,
  );

  it.concurrent(
    'names each server that is not there, in probes too, and goes on when they come',
    async () => {
      const relays = [mongodb, broker, redis].map(async (target) => new Relay(await freePort(), target));
      const [toMongodb, toKafka, toRedis] = (await Promise.all(relays)) as [Relay, Relay, Relay];
      const away = {
        MONGODB_URI: `mongodb://${toMongodb.address}/?serverSelectionTimeoutMS=500`,
        KAFKA_BROKERS: toKafka.address,
        REDIS_URL: `redis://${toRedis.address}`,
      };
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const service = new ServiceProcess('start', url, { ...settings, ...away, PORT: String(port) });
      const ready = service.run();
      const probe = async (path: string) => request<Probe>(`${url}${path}`, 'GET', undefined, {}).catch(() => undefined);
      try {
        const waiting = await until(() => probe('/readyz'), (answer) => servers.every((server) => answer?.body.dependencies[server]?.reason?.includes('ECONNREFUSED')), minutes); // prettier-ignore
        expect(waiting).toMatchObject({ status: 503, body: { status: 'starting' } });
        expect(await probe('/healthz')).toMatchObject({ status: 200 });
        expect(Object.values(waiting?.body.dependencies ?? {}).map(({ reason }) => reason?.split(':')[0])).toEqual(Object.keys(away));

        for (const relay of [toMongodb, toKafka, toRedis]) await relay.open();
        await ready;
        expect(await probe('/readyz')).toMatchObject({ status: 200, body: { status: 'ok' } });
        expect(await service.stop()).toBe(0);
      } finally {
        await service.kill();
        await ready.catch(() => undefined);
        for (const relay of [toMongodb, toKafka, toRedis]) relay.close();
      }
    },
    5 * minutes,
  );

  it.concurrent.each([
    ['MONGODB_URI', 'is not there', { MONGODB_URI: 'mongodb://127.0.0.1:1' }, /ECONNREFUSED/],
    ['KAFKA_BROKERS', 'is not there', { KAFKA_BROKERS: '127.0.0.1:1' }, /ECONNREFUSED/],
    ['REDIS_URL', 'is not there', { REDIS_URL: 'redis://127.0.0.1:1' }, /ECONNREFUSED/],
    ['MONGODB_URI', 'lets nobody in', { MONGODB_URI: `mongodb://me:${password}@${mongodb}` }, /sasl|authentication/i],
    [
      'KAFKA_SASL_USERNAME',
      'lets nobody in',
      { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'me', KAFKA_SASL_PASSWORD: password },
      /SASL/,
    ],
    ['REDIS_URL', 'lets nobody in', { REDIS_URL: `redis://me:${password}@${redis}` }, /WRONGPASS/],
  ])(
    'gives up after START_DEADLINE, and says why, when the server that %s is about %s',
    async (setting, _, wrong, reason) => {
      const start = await failedStart({ ...settings, ...wrong, START_DEADLINE: '2' });

      expectOneLine(start, setting, 'START_DEADLINE', reason);
    },
    5 * minutes,
  );

  it.concurrent(
    'refuses a Redis that throws keys away',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'carillon-lru-'));
      const evicting = await startRedis({ folder, maxmemoryPolicy: 'allkeys-lru' });
      try {
        const start = await failedStart({ ...settings, REDIS_URL: `redis://${evicting.address}` });

        expectOneLine(start, 'REDIS_URL', 'allkeys-lru', 'noeviction');
      } finally {
        await evicting.stop();
        rmSync(folder, { recursive: true });
      }
    },
    5 * minutes,
  );

  it.concurrent(
    'refuses a topic with another number of partitions',
    async () => {
      const { topicPrefix: prefix } = new OwnSpace(engines);
      const kafka = new KafkaClient({ brokers: [broker], prefix });
      const topic = kafka.named('push.plan');
      await kafka.ask((admin) => admin.createTopics({ topics: [{ topic, numPartitions: 3 }] }));
      await kafka.close();

      expectOneLine(await failedStart({ ...settings, KAFKA_TOPIC_PREFIX: prefix }), topic, 'partitions', '3');
    },
    5 * minutes,
  );

  it.concurrent(
    'refuses a collection with another index',
    async () => {
      const declared = accessCollections.find(({ indexes }) => indexes.length > 0)!;
      const [{ fields, unique = false }] = declared.indexes as [(typeof declared.indexes)[number]];
      const other = new OwnSpace(engines);
      await other.inDatabase(async (database) => {
        await database.collection(declared.name).createIndex(fields, { unique: !unique }, {});
      });
      try {
        expectOneLine(await failedStart({ ...settings, ...other.settings }), declared.name, 'index');
      } finally {
        await other.drop();
      }
    },
    5 * minutes,
  );

  it.concurrent.each([
    ['makes what a start would make', {}, 0],
    ['gives up on a server that is not there', { KAFKA_BROKERS: '127.0.0.1:1', START_DEADLINE: '1' }, 1],
  ])(
    'may be preceded by `npm run migrate`, which %s, and logs as it does',
    async (_, different, ended) => {
      const other = new OwnSpace(engines);
      try {
        const { code, log, words } = await failedStart({ ...other.settings, ...different }, 'dist/scripts/migrate.js');
        const lines = log.trimEnd().split('\n').map((line) => JSON.parse(line) as { level: number; context?: string }); // prettier-ignore

        expect(code).toBe(ended);
        expect(words.filter((line) => line.includes('KAFKA_BROKERS'))).toHaveLength(ended);
        expect(lines.every(({ level }) => level >= 30)).toBe(true);
        expect(lines.map(({ context }) => context)).toContain('Redis'); // what an adapter says
        expect((await topicsOf(other)).length > 0).toBe(ended === 0);
      } finally {
        await other.drop();
      }
    },
    5 * minutes,
  );

  async function topicsOf({ topicPrefix: prefix }: OwnSpace): Promise<readonly string[]> {
    const kafka = new KafkaClient({ brokers: [broker], prefix });
    const topics = await kafka.ask((admin) => admin.listTopics());
    await kafka.close();
    return topics.filter((topic) => topic.startsWith(prefix));
  }
});
