import { describeWithEngines } from '#libs/testing/engines';
import { KafkaClient } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import { randomBytes } from 'node:crypto';
import { request, until, type Answer } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';
import { ROLES } from './cluster.ts';
import { FaultTrial } from './fault-trial.ts';
import { InternalService } from './internal-service.ts';

const minutes = 60_000;
const fullOutbox = 200;
/** No caller waits longer for a server that is away. */
const patienceMs = 3_000;
const drainMs = 10_000;

interface Readiness {
  readonly status: string;
  readonly dependencies: Readonly<Record<string, { up: boolean; reason?: string }>>;
}

describeWithEngines('the platform', () => {
  let trial: FaultTrial;
  let shop: Shop;

  beforeAll(async () => {
    trial = await FaultTrial.open();
    shop = await Shop.open(trial.cluster, 'degraded');
  }, 5 * minutes);

  afterAll(async () => {
    await trial.close();
  });

  const readiness = async () => request<Readiness>(`${trial.cluster.url}/readyz`, 'GET', undefined, {});

  const isReady = async (...statuses: readonly string[]): Promise<Answer<Readiness>> =>
    until(readiness, ({ body }) => statuses.includes(body.status), minutes);

  const register = async (id: string, facts: object = {}) => {
    const body = { platform: 'ios', provider: 'apns', token: randomBytes(32).toString('hex'), permission: 'granted', ...facts };
    return shop.call<{ code?: string }>('PUT', `/installations/${id}`, body);
  };

  /** Registers some, one after the other: the statuses, and how long the slowest call took, ms. */
  const registerSome = async (name: string): Promise<{ statuses: readonly number[]; slowestMs: number }> => {
    const calls: { status: number; ms: number }[] = [];
    for (let n = 0; n < 10; n += 1) {
      const since = performance.now();
      const { status } = await register(`${name}-${n}`, { externalId: name });
      calls.push({ status, ms: performance.now() - since });
    }
    return { statuses: [...new Set(calls.map(({ status }) => status))], slowestMs: Math.max(...calls.map(({ ms }) => ms)) };
  };

  const sendTo = async (user: string) => shop.send({ to: { users: [user] }, message: { title: 'Bells' } });

  it(
    'registers without Kafka, ends when it is told to, and tells everybody later',
    async () => {
      await trial.engines.stop('kafka');
      const without = await isReady('degraded');
      expect(without).toMatchObject({
        status: 200,
        body: { dependencies: { database: { up: true }, queue: { up: false }, cache: { up: true } } },
      });

      const { statuses, slowestMs } = await registerSome('unheard');
      expect(statuses).toEqual([201]);
      expect(slowestMs).toBeLessThan(patienceMs);
      expect(await request(`${trial.cluster.url}/metrics`, 'GET', undefined, {})).toMatchObject({ status: 200 });
      expect(await stopAll()).toEqual([]);

      await trial.engines.startAgain('kafka');
      await Promise.all(trial.cluster.members.map((member) => member.run()));
      await isReady('ok');
      const { body } = await sendTo('unheard');
      expect(body).toMatchObject({ state: 'done', counts: { targeted: 10, accepted: 10 } });
      const unsaid = /^carillon_outbox_unpublished(?:\{[^}]*\})? (\d+)/m;
      const metrics = async () => (await request<string>(`${trial.cluster.member('registration').url}/metrics`, 'GET', undefined, {})).body;
      await until(metrics, (text) => unsaid.exec(text)?.[1] === '0', minutes);
    },
    6 * minutes,
  );

  it(
    'refuses the change that has no room for its event any more, and takes it when Kafka is back',
    async () => {
      await trial.engines.stop('kafka');
      await isReady('degraded');
      const change = async (n: number) => register('fickle', { permission: n % 2 === 0 ? 'denied' : 'granted' });
      let refused: Answer<{ code?: string }> | undefined;
      for (let n = 0; n <= fullOutbox && !refused; n += 1) {
        const answer = await change(n);
        if (answer.status > 201) refused = answer;
      }
      expect(refused).toMatchObject({ status: 503, body: { code: 'events_stalled' } });
      expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await register('steady')).toMatchObject({ status: 201 });

      await trial.engines.startAgain('kafka');
      await until(() => change(0), ({ status }) => status === 200, minutes); // prettier-ignore
      await isReady('ok');
    },
    6 * minutes,
  );

  it(
    'registers and sends without Redis',
    async () => {
      await trial.engines.stop('redis');
      const without = await isReady('degraded');
      expect(without).toMatchObject({ status: 200, body: { dependencies: { queue: { up: true }, cache: { up: false } } } });

      const { statuses, slowestMs } = await registerSome('uncached');
      expect(statuses).toEqual([201]);
      expect(slowestMs).toBeLessThan(patienceMs);
      expect((await sendTo('uncached')).body).toMatchObject({ state: 'done', counts: { accepted: 10 } });

      await trial.engines.startAgain('redis');
      await isReady('ok');
    },
    4 * minutes,
  );

  it(
    'says that it can serve nobody without MongoDB, and recovers by itself',
    async () => {
      await trial.engines.stop('mongodb');
      const without = await isReady('down');
      expect(without).toMatchObject({ status: 503, body: { dependencies: { database: { up: false }, queue: { up: true } } } });

      const refused = await register('homeless');
      expect(refused).toMatchObject({ status: 503, body: { code: 'dependency_unavailable' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

      await trial.engines.startAgain('mongodb');
      await isReady('ok');
      expect(await register('homeless')).toMatchObject({ status: 201 });
    },
    4 * minutes,
  );

  it(
    'reaches everyone once although all topics, Redis, idempotency keys and states of providers are lost on the way',
    async () => {
      const { record, problems } = await trial.send(async () => {
        await trial.cluster.stop();
        await loseWhatMayBeLost();
        await Promise.all(trial.cluster.members.map((member) => member.run()));
      });

      expect(problems).toEqual([]);
      expect(record.counts.possibleDuplicates).toBe(0);
    },
    6 * minutes,
  );

  it(
    'knows what became of sends and what devices said although the topics that tell others of it are lost; others hear only of what is new',
    async () => {
      const { KAFKA_BROKERS } = trial.engines.addresses;
      await register('told', { externalId: 'told' });
      const said = async (sendId: string) => {
        const receipt = { sendId, kind: 'opened', at: '2026-01-01T00:00:00Z' };
        return (await shop.call<{ added: number }>('POST', '/installations/told/receipts', [receipt])).body.added;
      };
      const heardOf = ({ read }: InternalService, sendId: string) => {
        const of = read.filter(({ value }) => value.includes(sendId));
        return [...new Set(of.map(({ topic }) => topic))].sort();
      };
      const hears = (service: InternalService, sendId: string) => until(async () => heardOf(service, sendId), ({ length }) => length === 2, minutes); // prettier-ignore
      const recordOf = async (sendId: string) => (await shop.call('GET', `/sends/${sendId}`)).body;
      const { sendId: before } = (await sendTo('told')).body;
      expect(await said(before)).toBe(1);
      const listener = await InternalService.start(KAFKA_BROKERS, trial.cluster.topicPrefix);
      expect(await hears(listener, before)).toEqual(['push.activity', 'push.receipt']);
      await listener.end();
      const record = await recordOf(before);

      await trial.cluster.stop();
      await loseTopics((topic) => /push\.(activity|receipt)$/.test(topic));
      await trial.cluster.run();

      expect(await recordOf(before)).toEqual(record);
      expect(await said(before)).toBe(0);
      const { sendId: after } = (await sendTo('told')).body;
      expect(await said(after)).toBe(1);
      const another = await InternalService.start(KAFKA_BROKERS, trial.cluster.topicPrefix);
      expect(await hears(another, after)).toEqual(['push.activity', 'push.receipt']);
      for (const topic of ['push.activity', 'push.receipt']) await another.isHandled('internal-service', topic);
      expect(heardOf(another, before)).toEqual([]);
      await another.end();
    },
    6 * minutes,
  );

  /** Ends every process with SIGTERM; who did not end well, or not in time. */
  async function stopAll(): Promise<readonly string[]> {
    const ends = ROLES.map(async (role) => {
      const since = performance.now();
      const code = await trial.cluster.member(role).stop();
      const ms = Math.round(performance.now() - since);
      return code === 0 && ms < drainMs ? [] : [`${role} ended with ${code} after ${ms} ms`];
    });
    return (await Promise.all(ends)).flat();
  }

  async function loseWhatMayBeLost(): Promise<void> {
    await loseTopics(() => true);
    await trial.engines.stop('redis'); // it writes nothing to disk
    await trial.engines.startAgain('redis');
    const store = await trial.cluster.space.openStore();
    for (const name of ['idempotency', 'provider_states']) await store.model(mongoCollection(name, {})).deleteMany({});
    await store.close();
  }

  /** Of the platform; nobody may run. */
  async function loseTopics(isLost: (topic: string) => boolean): Promise<void> {
    const kafka = new KafkaClient({ brokers: [trial.engines.addresses.KAFKA_BROKERS] });
    const topics = (await kafka.ask((admin) => admin.listTopics())).filter((topic) => topic.startsWith(trial.cluster.topicPrefix));
    await kafka.ask((admin) => admin.deleteTopics({ topics: topics.filter(isLost) }));
    await kafka.close();
  }
});
