import { receiptReportedV1, eventOf, type EventContract } from '#libs/events';
import { describeWithEngines, selfSigned, startKafka, type Engine } from '#libs/testing/engines';
import { SystemClock, SystemRandom } from '#libs/kernel';
import { KafkaEventPublisher, KafkaEventTransport, MongoDeadLetters, messagingCollections, type KafkaClient } from '#libs/messaging';
import { testMongoStores } from '#libs/testing/store';
import { eventually } from '#libs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Announcer } from '../../src/announcer.ts';
import { platformSettings } from '../../src/platform-settings.ts';
import { reachKafka } from '../../src/distributed/reach-kafka.ts';
import { reaching } from '../../src/distributed/reach.ts';

const user = { name: 'carillon', password: 'sesame-open-yourself' };
const login = { KAFKA_SASL_USERNAME: user.name, KAFKA_SASL_PASSWORD: user.password };
const loginSettings = 'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD';
const unset = undefined;

describeWithEngines('Kafka behind TLS and a login', ({ MONGODB_URI, KAFKA_BROKERS }) => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-secured-kafka-'));
  const authorities = join(folder, 'ca.pem');
  const openStore = testMongoStores(MONGODB_URI, messagingCollections);
  let kafka: Engine;

  beforeAll(async () => {
    const identity = await selfSigned();
    writeFileSync(authorities, identity.cert);
    kafka = await startKafka({ folder, security: { identity, user } });
  });

  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  /** What a start does with these settings, and all that it said. */
  function start(settings: Readonly<Record<string, string | undefined>>) {
    const env = { KAFKA_BROKERS: kafka.address, KAFKA_SSL: 'true', KAFKA_SSL_CA: authorities, ...login, START_DEADLINE: '1', ...settings };
    const said: string[] = [];
    const announcer = new Announcer(pino({}, { write: (line) => said.push(line) }), false);
    const parsed = platformSettings.parse(env);
    const tell = (_: string, reason: string | undefined) => {
      if (reason !== undefined) said.push(reason);
    };
    return { said, kafka: reachKafka(parsed, reaching(parsed, announcer, tell)) };
  }

  /** An event goes there and comes back. */
  async function expectTraffic(client: KafkaClient): Promise<void> {
    const publisher = new KafkaEventPublisher(client);
    const letters = new MongoDeadLetters(await openStore(), publisher, new SystemClock());
    const transport = new KafkaEventTransport(client, letters, new SystemClock(), new SystemRandom());
    const seen: unknown[] = [];
    const contract = receiptReportedV1 as unknown as EventContract;
    const handle = async (data: unknown): Promise<void> => {
      seen.push(data);
    };
    const data = { app: 'demo', sendId: null, messageId: crypto.randomUUID(), installationId: 'phone', kind: 'opened', at: '2026-01-01T00:00:00Z' } as const; // prettier-ignore
    try {
      await publisher.publish([eventOf(receiptReportedV1, data, { id: data.messageId, source: 'carillon/test', at: 0 })]);
      await transport.subscribe({ service: 'test', topic: 'push.receipt', handlers: new Map([[contract.type, { contract, handle }]]), listeners: [] }); // prettier-ignore
      await eventually(
        async () => seen,
        (found) => found.some((one) => (one as { messageId: string }).messageId === data.messageId),
        { withinMs: 30_000 },
      );
      expect(await client.trouble()).toBeUndefined();
    } finally {
      await transport.close();
      await publisher.close();
      await client.close();
    }
  }

  it.each(['plain', 'scram-sha-512'])('takes events and gives them to who logs in with %s', async (mechanism) => {
    await expectTraffic(await start({ KAFKA_SASL_MECHANISM: mechanism, START_DEADLINE: '60' }).kafka); // brokers that have just begun
  });

  it.each([
    ['a wrong password (PLAIN)', loginSettings, { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'open-sesame' }, /Invalid username or password/],
    ['a wrong password (SCRAM)', loginSettings, { KAFKA_SASL_MECHANISM: 'scram-sha-256', KAFKA_SASL_PASSWORD: 'open-sesame' }, /invalid credentials/],
    ['an authority that is not known', 'KAFKA_SSL_CA', { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SSL_CA: unset }, /self-signed certificate/],
    ['no TLS', 'KAFKA_BROKERS, KAFKA_SSL and KAFKA_SASL_MECHANISM', { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SSL: 'false', KAFKA_SSL_CA: unset }, /Closed connection/],
    ['no login', 'KAFKA_BROKERS, KAFKA_SSL and KAFKA_SASL_MECHANISM', { KAFKA_SASL_USERNAME: unset, KAFKA_SASL_PASSWORD: unset }, /Closed connection/],
    ['TLS where nobody speaks it', 'KAFKA_BROKERS, KAFKA_SSL and KAFKA_SASL_MECHANISM', { KAFKA_SASL_MECHANISM: 'plain', KAFKA_BROKERS }, /TLS/],
    ['a login where nobody asks for one', loginSettings, { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SSL: 'false', KAFKA_SSL_CA: unset, KAFKA_BROKERS }, /SASL/],
  ])('tells who comes with %s to check %s, again and again until START_DEADLINE, and no password', async (_, setting, wrong, reason) => {
    const { said, kafka: reached } = start(wrong);

    const error = (await reached.catch((failure: unknown) => failure)) as Error;

    expect(error).toMatchObject({ code: 'server_unreachable' });
    expect(error.message).toMatch(reason);
    expect(error.message).toContain(`check ${setting}, or set START_DEADLINE`);
    expect(said.filter((line) => line.includes(`(${setting})`)).length).toBeGreaterThan(0);
    expect(said.at(-1)).toMatch(new RegExp(`^${setting}: `));
    expect([error.message, ...said].join('\n')).not.toMatch(/sesame/);
  }); // prettier-ignore

  it.each([
    ['is not there', { KAFKA_SSL_CA: '/nowhere/ca.pem' }, 'PEM'],
    ['holds no certificate', { KAFKA_SSL_CA: import.meta.filename }, 'PEM'],
    ['is of no use without TLS', { KAFKA_SSL: 'false' }, 'KAFKA_SSL must be `true`'],
  ])('is not even tried when the file of KAFKA_SSL_CA %s', async (_, wrong, words) => {
    const settings = { KAFKA_SASL_MECHANISM: 'plain', ...wrong };

    await expect(start(settings).kafka).rejects.toMatchObject({
      code: 'settings_invalid',
      problems: [{ setting: 'KAFKA_SSL_CA', message: expect.stringContaining(words) as string }],
    });
  });
});
