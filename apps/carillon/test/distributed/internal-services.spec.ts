import { describeWithEngines } from '#libs/testing/engines';
import { uuid5 } from '#libs/kernel';
import fc from 'fast-check';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { eventRecords, type FuzzedRecord } from '../fuzz/events.ts';
import { until } from '../support/platform.ts';
import { Shop } from '../support/shop.ts';
import { Cluster } from './cluster.ts';
import { CommandLine, documentedCommands } from './command-line.ts';
import { InternalService, type Place } from './internal-service.ts';

const minutes = 60_000;
const fuzzedRecords = 150;
const source = '/shop/orders';
const repository = resolve(dirname(import.meta.filename), '../../../..');

describeWithEngines('internal services over Kafka', (engines) => {
  let cluster: Cluster;
  let shop: Shop;
  let service: InternalService;
  let token: string;

  beforeAll(async () => {
    cluster = await Cluster.start(engines);
    shop = await Shop.open(cluster, 'orders');
    token = await shop.register('phone', { externalId: 'u0' });
    service = await InternalService.start(engines.KAFKA_BROKERS, cluster.topicPrefix);
  }, 5 * minutes);

  afterAll(async () => {
    await service.end();
    await cluster.end();
  });

  const data = () => ({ app: shop.app, to: { users: ['u0'] }, message: { title: 'Hi' } });
  const structured = (id: string, facts: object = {}) =>
    JSON.stringify({ specversion: '1.0', id, source, type: 'send.requested.v1', data: data(), ...facts });
  const binary = (id: string, facts: object = {}) => ({
    ...{ ce_specversion: '1.0', ce_id: id, ce_source: source, ce_type: 'send.requested.v1', 'content-type': 'application/json' },
    ...facts,
  });
  const messagesOf = async (id: string) => {
    const { body } = await cluster.simulator<unknown[]>('GET', `/ledger?token=${token}&send=${uuid5(shop.app, source, id)}`);
    return body.length;
  };
  /** The id of the send that a record in either mode would ask for. */
  const identityIn = ({ value, headers }: FuzzedRecord) => {
    const attributes = Object.entries(headers).map(([name, text]) => [name.toLowerCase().replace('-', '_'), String(text)]);
    const event = { ...jsonIn(value), ...Object.fromEntries(attributes) } as Record<string, string>;
    return uuid5(shop.app, String(event['ce_source'] ?? event['source']), String(event['ce_id'] ?? event['id']));
  };
  const finished = (id: string) => service.told('send.finished.v1', { sendId: uuid5(shop.app, source, id) });

  it('makes one send of an event, in whichever modes, with whichever keys and on whichever partitions it comes', async () => {
    const value = JSON.stringify(data());
    await service.publish('push.request', { partition: 0, value: structured('once', { extension: 7 }) });
    await service.publish('push.request', { partition: 3, key: 'order-17', value, headers: binary('once', { ce_tenant: 'x' }) });
    await service.publish('push.request', {
      partition: 6,
      key: '',
      value,
      headers: { ...binary('once'), contentType: '"application/json"' },
    });
    await service.publish('push.request', { key: shop.app, value: structured('once') });
    await service.publish('push.request', { value, headers: { 'ce-specversion': '1.0', 'ce-id': 'once', 'ce-source': source, 'ce-type': 'send.requested.v1' } }); // prettier-ignore

    expect((await finished('once')).data).toMatchObject({ state: 'done', counts: { targeted: 1, accepted: 1, possibleDuplicates: 0 } });
    await service.isHandled('carillon.campaign.push.request', 'push.request');
    expect(await messagesOf('once')).toBe(1);
    expect(service.activity.filter(({ type }) => type === 'request.rejected.v1')).toEqual([]);
  });

  it(
    'sets what an event says of a user',
    async () => {
      const headers = binary('crm-1', { ce_type: 'user.updated.v1' });

      await service.publish('push.track', { value: JSON.stringify({ app: shop.app, externalId: 'u0', tags: ['vip'] }), headers });

      await until(
        async () => (await shop.call<{ tags: string[] }>('GET', '/users/u0')).body.tags,
        (tags) => tags.includes('vip'),
      );
    },
    5 * minutes,
  );

  it.each<[string, string, object, object]>([
    ['too_old', 'in binary mode', {}, { ce_time: '2026-01-01T00:00:00Z' }],
    ['too_many_users', 'with 1,001 users', { to: { users: Array.from({ length: 1_001 }, (_, user) => `u${user}`) } }, {}],
    [
      'tokens_not_in_events',
      'with a push token',
      { to: { provider: 'apns', tokens: ['740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad'] } },
      {},
    ],
    ['target_empty', 'without anybody to send to', { to: { users: [] } }, {}],
    ['app_not_found', 'of an unknown app', { app: 'unknown' }, {}],
    ['invalid_data', 'without an app', { app: undefined }, {}],
    ['event_type_unknown', 'of a type that is not taken', {}, { ce_type: 'send.requested.v9' }],
    ['unreadable', 'whose data is no JSON', {}, { 'content-type': 'application/avro' }],
  ])('answers with %s to an event %s, sends nothing and keeps it', async (code, what, facts, headers) => {
    const id = `bad ${what}`;

    await service.publish('push.request', { value: JSON.stringify({ ...data(), ...facts }), headers: binary(id, headers) });

    const { data: rejection } = await service.told('request.rejected.v1', { eventId: id });
    expect(rejection).toMatchObject({ source, code, reason: expect.any(String) as string });
    const copies = () => service.read.filter(({ topic, headers: of }) => topic === 'push.request.dead' && of['ce_id'] === id);
    await until(async () => copies().length, (count) => count === 1); // prettier-ignore
    expect(copies()[0]?.headers).toMatchObject({ 'carillon-code': code });
    expect(await messagesOf(id)).toBe(0);
  });

  it(
    'answers to what is no event at all',
    async () => {
      const before = service.activity.length;

      await service.publish('push.request', { value: null });
      await service.publish('push.request', { value: Buffer.from([0x7b, 0xff, 0x7d]) });
      await service.publish('push.track', { value: '{', headers: { ce_id: [Buffer.from('a'), 'b'] } });

      await until(async () => service.activity.length, (count) => count === before + 3, minutes); // prettier-ignore
      expect(service.activity.slice(before).map(({ type, data: { code } }) => `${type} ${String(code)}`)).toEqual(
        Array.from({ length: 3 }, () => 'request.rejected.v1 unreadable'),
      );
    },
    5 * minutes,
  );

  it(
    'gives a verdict on every record of a hostile service, and goes on',
    async () => {
      const seed = Number(process.env['FUZZ_SEED'] ?? 20_261);
      const records = fc.sample(eventRecords(shop.app), { numRuns: fuzzedRecords, seed });
      const places: [string, Place][] = [];
      for (const [index, record] of records.entries()) {
        const topic = index % 3 === 0 ? 'push.track' : 'push.request';
        places.push([topic, await service.publish(topic, record)]);
      }
      await service.isHandled('carillon.campaign.push.request', 'push.request');
      await service.isHandled('carillon.identity.push.track', 'push.track');
      await service.publish('push.request', { value: structured('afterwards') });

      await finished('afterwards');
      expect(await messagesOf('afterwards')).toBe(1);
      // Campaigns read what users did, too, and bury what they cannot read for themselves; identity is who tells the author.
      const groups: Record<string, string> = {
        'push.track': 'carillon.identity.push.track',
        'push.request': 'carillon.campaign.push.request',
      };
      const letterAt = (topic: string, { partition, offset }: Place) =>
        service.read.find(
          (read) =>
            read.topic === `${topic}.dead` &&
            read.headers['carillon-group'] === groups[topic] &&
            read.headers['carillon-partition'] === String(partition) &&
            read.headers['carillon-offset'] === String(offset),
        );
      const isAnswered = async (topic: string, place: Place, record: FuzzedRecord) => {
        const letter = letterAt(topic, place)?.headers['carillon-dead-letter'];
        const cause = topic === 'push.track' ? 'rejected' : 'request.rejected';
        if (letter !== undefined) return service.activity.some(({ id }) => id === uuid5(cause, letter));
        if (topic === 'push.track') return true; // a user was updated, which is no event of its own
        return (await shop.call('GET', `/sends/${identityIn(record)}`)).status === 200;
      };
      const unanswered = async () => {
        const answers = await Promise.all(places.map(([topic, place], index) => isAnswered(topic, place, records[index]!)));
        return places.filter((_, index) => !answers[index]).map(([topic, place]) => ({ topic, place, letter: letterAt(topic, place) }));
      };
      expect(await until(unanswered, (left) => left.length === 0, minutes)).toEqual([]);
      const isTaken = ([topic, place]: [string, Place]) => topic === 'push.request' && letterAt(topic, place) === undefined;
      expect(places.filter(isTaken).length).toBeGreaterThan(0);
      expect(cluster.members.filter(({ process: { isRunning } }) => !isRunning)).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'has an example that runs',
    async () => {
      const run = async (id: string, user: string) => {
      const env = { ...process.env, KAFKA_BROKERS: engines.KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: cluster.topicPrefix, APP: shop.app, KAFKAJS_NO_PARTITIONER_WARNING: '1' };
      const { stdout } = await promisify(execFile)(process.execPath, ['examples/internal-service/main.ts', id, user, 'Hello'], { cwd: repository, env });
      return stdout;
    }; // prettier-ignore

      const sent = await run('example-1', 'u0');
      const refused = await run('example-2', '');

      expect(sent).toContain(`asked for send ${uuid5(shop.app, '/examples/internal-service', 'example-1')}\nsend.finished.v1 `);
      expect(sent).toContain('"state":"done"');
      expect(refused).toContain('request.rejected.v1 ');
    },
    5 * minutes,
  );

  it(
    'has examples for the command line of Kafka that send and listen',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'carillon-command-line-'));
      const env = { KAFKA_BROKERS: engines.KAFKA_BROKERS, KAFKA_TOPIC_PREFIX: cluster.topicPrefix };
      const shell = await CommandLine.open(folder, env);
      const demo = await Shop.open(cluster, 'demo');
      await demo.register('phone', { externalId: '4711' });
      const sends = ['order-20', 'order-21'].map((id) => uuid5('demo', '/shop', id));
      const [listen] = documentedCommands('kafka-console-consumer.sh') as [string];

      for (const command of documentedCommands('kafka-console-producer.sh')) expect(await shell.output(command)).not.toContain('Exception');

      for (const sendId of sends)
        expect((await service.told('send.finished.v1', { sendId })).data).toMatchObject({ state: 'done', counts: { accepted: 1 } });
      expect(await shell.output(listen, sends[0])).toContain('send.finished.v1');
      rmSync(folder, { recursive: true });
    },
    5 * minutes,
  );
});

/** Nothing where there is no JSON. */
function jsonIn(value: FuzzedRecord['value']): object {
  try {
    return Object(JSON.parse(String(value))) as object;
  } catch {
    return {};
  }
}
