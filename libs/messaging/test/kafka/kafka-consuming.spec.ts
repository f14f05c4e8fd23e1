import { describeWithEngines } from '#libs/testing/engines';
import { until } from '#libs/testing';
import { Kafka, logLevel } from 'kafkajs';
import { setTimeout } from 'node:timers/promises';
import { Door, TEST_TOPIC, aThing, interest, things } from '../consuming/test-events.ts';
import { isRead, lettersOf } from '../consuming/transport-trial.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { KafkaBench, buried } from './kafka-bench.ts';
import type { KafkaClient } from '../../src/kafka/kafka-client.ts';
import { aClient } from './test-kafka.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describeWithEngines('A consumer of Kafka', ({ KAFKA_BROKERS }) => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(buried);

  const start = async (bench: KafkaBench, ...how: Parameters<KafkaBench['start']>) => {
    const process = await bench.start(...how);
    closing.push(() => process.end('kill'));
    return process;
  };

  function admin(bench: KafkaBench): KafkaClient {
    const client = aClient(KAFKA_BROKERS, { prefix: bench.prefix });
    closing.push(() => client.close());
    return client;
  }

  it('keeps its partitions while a handler lasts longer than its session', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench, {}, { sessionTimeoutMs: 600 });
    const door = new Door();
    const begun: number[] = [];
    await process.transport.subscribe(
      interest(async ({ n }) => {
        begun.push(n);
        await door.pass();
      }),
    );
    await process.publisher.publish([aThing('a', 0)]);
    await until(() => begun.length === 1);

    await setTimeout(2_000); // three sessions
    door.open();

    await until(() => isRead(process));
    expect(begun).toEqual([0]);
  });

  it('is held up by no other group, however full its window is', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench, { windowMessages: 16 });
    const door = new Door();
    const seen = new Set<string>();
    const stuck = interest(() => door.pass(), { service: 'stuck' });
    await Promise.all([stuck, interest(async ({ key, n }) => void seen.add(`${key}${n}`))].map((one) => process.transport.subscribe(one)));

    await process.publisher.publish(things(keys, 100));

    await until(() => seen.size === keys.length * 100);
    door.open();
  });

  it('stops together with the others: all drain at the same time', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench, { drainMs: 30_000 });
    const doors = new Map(['one', 'two'].map((service) => [service, new Door()]));
    let begun = 0;
    const waiting = ['one', 'two'].map((service) =>
      interest(
        async () => {
          begun += 1;
          await doors.get(service)!.pass();
        },
        { service },
      ),
    );
    const memberships = await Promise.all(waiting.map((one) => process.transport.subscribe(one)));
    await process.publisher.publish([aThing('a', 0)]);
    await until(() => begun === 2);

    const closed = process.transport.close();
    doors.get('two')!.open(); // the second has ended before the first
    await memberships[1]!.close();
    doors.get('one')!.open();

    await closed;
    await until(async () => (await process.transport.lag()).every(({ group, messages }) => group.includes('.test.') || messages === 0));
  });

  it('gives a partition away at once and in good order: what is in hand comes again, and is accused of nothing', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const [first, second] = [await start(bench, { drainMs: 30_000 }), await start(bench)];
    const many = Array.from({ length: 48 }, (_, n) => `key-${n}`); // several in each partition
    const door = new Door();
    const seen: string[] = [];
    let begun = 0;
    await first.transport.subscribe(
      interest(
        async ({ key }) => {
          begun += 1;
          await door.pass();
          seen.push(`first ${key}`);
        },
        { concurrency: many.length },
      ),
    );
    await first.publisher.publish(things(many, 1));
    await until(() => begun === many.length);

    let together = 0;
    let most = 0;
    await second.transport.subscribe(
      interest(
        async ({ key }) => {
          together += 1;
          most = Math.max(most, together);
          await setTimeout(200);
          together -= 1;
          seen.push(`second ${key}`);
        },
        { concurrency: many.length },
      ),
    );
    await until(() => seen.some((one) => one.startsWith('second'))); // the handlers of the first are still at it
    door.open();

    await until(async () => new Set(seen.map((one) => one.split(' ')[1])).size === many.length && (await isRead(second)));
    expect(most).toBeGreaterThan(8); // suspects would go one by one in each of the partitions
    expect(await lettersOf(second)).toEqual([]);
  });

  it('commits nothing of an older assignment', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const first = await start(bench, { drainMs: 1 });
    const door = new Door();
    let stuck = 0;
    await first.transport.subscribe(
      interest(async () => {
        stuck += 1;
        await door.pass();
      }),
    );
    await first.publisher.publish(things(keys, 1));
    await until(() => stuck === keys.length);

    const second = await start(bench);
    const seen: string[] = [];
    await second.transport.subscribe(interest(async ({ key }) => void seen.push(key)));
    await until(() => seen.length > 0 && seen.length + stuck - keys.length >= keys.length);
    const handled = new Set(seen);
    await first.end('kill');
    door.open(); // what the first had in hand ends now, too late

    await until(async () => new Set(seen).size === keys.length && (await isRead(second)));
    expect(handled.size).toBeGreaterThan(0);
  });

  it('begins anew when an offset was set back, and understands what tools write', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const first = await start(bench);
    await first.transport.subscribe(interest(async () => undefined));
    await first.publisher.publish(things(keys, 2));
    await until(() => isRead(first));
    await first.end('drain');
    const client = admin(bench);
    const groupId = client.named(`carillon.test.${TEST_TOPIC}`);
    const partitions = Array.from({ length: 8 }, (_, partition) => ({ partition, offset: '0', metadata: 'set back by hand' }));
    await client.ask((kafka) => kafka.setOffsets({ groupId, topic: client.named(TEST_TOPIC), partitions }));

    const second = await start(bench);
    const seen: string[] = [];
    await second.transport.subscribe(interest(async ({ key, n }) => void seen.push(`${key}${n}`)));

    await until(async () => seen.length === keys.length * 2 && (await isRead(second)));
  });

  it('goes on behind what the brokers kept no longer', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench, { windowMessages: 16 });
    const { door, seen, begun } = await behindDoor(process);
    for (let lot = 0; lot < 10; lot += 1)
      await process.publisher.publish(Array.from({ length: 1_000 }, (_, n) => aThing('a', lot * 1_000 + n)));
    const client = admin(bench);
    const topic = client.named(TEST_TOPIC);
    const ends = await client.ask((kafka) => kafka.fetchTopicOffsets(topic));
    const { partition } = ends.find(({ high }) => high === '10000')!;
    await until(async () => begun.has('a 0')); // it has read what is to be deleted behind it

    await client.ask((kafka) => kafka.deleteTopicRecords({ topic, partitions: [{ partition, offset: '9990' }] }));
    door.open();

    await until(async () => seen.has(9_999) && (await isRead(process)));
    expect(seen.has(0)).toBe(true);
    expect(await lettersOf(process)).toEqual([]);
  });

  it('reads to the end of a topic whose last record is the marker of a transaction', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench);
    const seen: number[] = [];
    await process.transport.subscribe(interest(async ({ n }) => void seen.push(n)));
    const { envelope } = aThing('a', 5);
    const kafka = new Kafka({ brokers: [KAFKA_BROKERS], logLevel: logLevel.NOTHING });
    const transactional = kafka.producer({ transactionalId: `${bench.prefix}foreign`, idempotent: true, maxInFlightRequests: 1 });
    await transactional.connect();
    closing.push(() => transactional.disconnect());

    const transaction = await transactional.transaction();
    await transaction.send({
      topic: `${bench.prefix}${TEST_TOPIC}`,
      messages: [{ key: 'a', value: JSON.stringify({ specversion: '1.0', ...envelope }) }],
    });
    await transaction.commit();

    await until(async () => seen.length === 1 && (await isRead(process)));
  });

  it('ends the process when it has crashed for good', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const proxy = await FaultyProxy.before(KAFKA_BROKERS);
    closing.push(() => proxy.close());
    const crashes: Error[] = [];
    const process = await start(bench, {}, { sockets: proxy.sockets, onCrash: (error) => crashes.push(error) });
    await process.transport.subscribe(interest(async () => undefined));

    proxy.garbleFetch();

    await until(() => crashes.length === 1);
  });

  it('buries what foreign senders put there, with the reason, and goes on', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench);
    const seen: number[] = [];
    await process.transport.subscribe(interest(async ({ n }) => void seen.push(n)));
    const producer = admin(bench).producer();
    await producer.connect();
    closing.push(() => producer.disconnect());
    const headers = {
      ce_specversion: '1.0',
      ce_id: 'e',
      ce_source: 's',
      ce_type: 'thing.happened.v1',
      'content-type': 'application/json',
    };

    await producer.send({
      topic: `${bench.prefix}${TEST_TOPIC}`,
      messages: [
        { key: 'a', value: null },
        { key: 'a', value: '{"app":"demo","key":"b","n":3}', headers: { ...headers, ce_id: ['e', 'f'] } },
        { key: 'a', value: Buffer.from([0x7b, 0xff, 0x7d]) },
        { value: '{ broken' },
        { value: '{"app":"demo","key":"b","n":1}', headers },
        { key: 'a', value: JSON.stringify({ specversion: '1.0', ...aThing('a', 2).envelope }) },
      ],
    });

    await until(async () => seen.length === 2 && (await isRead(process)));
    expect(new Set(seen)).toEqual(new Set([1, 2]));
    const letters = await lettersOf(process);
    expect(new Set(letters.map(({ reason, truncated }) => `${reason}, ${truncated}`))).toEqual(
      new Set([
        'event: It has no value, true',
        'event: A header of the event is given more than once, true',
        'event: Not UTF-8, true',
        'event: Not JSON, false',
      ]),
    );
  });
});

/** Things that are seen once their door is open. */
async function behindDoor({ transport }: Pick<Awaited<ReturnType<KafkaBench['start']>>, 'transport'>) {
  const [door, seen, begun] = [new Door(), new Set<number>(), new Set<string>()];
  await transport.subscribe(
    interest(async ({ key, n }) => {
      begun.add(`${key} ${n}`);
      await door.pass();
      seen.add(n);
    }),
  );
  return { door, seen, begun };
}
