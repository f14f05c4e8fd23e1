import { describeWithEngines } from '#libs/testing/engines';
import { DependencyUnavailable } from '#libs/kernel';
import { CompressionTypes } from 'kafkajs';
import { REPLAY_HEADER } from '../../src/dead-letters/dead-letter.ts';
import { TEST_TOPIC, aThing, things } from '../consuming/test-events.ts';
import { EventTooLarge, TopicUnknown } from '../../src/messaging-errors.ts';
import { partitionOf } from '../../src/topics.ts';
import { STRUCTURED_TYPE } from '../../src/record-appender.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import type { KafkaClient } from '../../src/kafka/kafka-client.ts';
import { KafkaEventPublisher } from '../../src/kafka/kafka-event-publisher.ts';
import { aClient, aClientWithTopics, recordsIn, testTopics } from './test-kafka.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const silentlyLost = { requestTimeoutMs: 500 };

describeWithEngines('The Kafka publisher', ({ KAFKA_BROKERS }) => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  function publisherOn(client: KafkaClient, deadlineMs?: number): KafkaEventPublisher {
    const publisher = new KafkaEventPublisher(client, testTopics, deadlineMs === undefined ? {} : { deadlineMs });
    closing.push(
      () => client.close(),
      () => publisher.close(),
    );
    return publisher;
  }

  async function throughProxy() {
    const proxy = await FaultyProxy.before(KAFKA_BROKERS);
    closing.push(() => proxy.close());
    const client = await aClientWithTopics(KAFKA_BROKERS, { ...silentlyLost, sockets: proxy.sockets });
    return { proxy, client };
  }

  async function numbersIn(client: KafkaClient): Promise<ReadonlyMap<string, readonly number[]>> {
    const numbers = new Map<string, number[]>();
    for (const { key, value } of await recordsIn(client, TEST_TOPIC)) {
      const { data } = JSON.parse(value) as { data: { n: number } };
      numbers.set(String(key), [...(numbers.get(String(key)) ?? []), data.n]);
    }
    return numbers;
  }

  it('puts events on the partition of their key, in order, as structured CloudEvents', async () => {
    const client = await aClientWithTopics(KAFKA_BROKERS);
    const publisher = publisherOn(client);

    await publisher.publish(things(keys, 20));

    const records = await recordsIn(client, TEST_TOPIC);
    expect(records).toHaveLength(160);
    expect(records.every(({ key, partition }) => partition === partitionOf(String(key), 8))).toBe(true);
    expect(JSON.parse(records[0]!.value)).toMatchObject({ specversion: '1.0', type: 'thing.happened.v1', source: 'carillon/test' });
    for (const numbers of (await numbersIn(client)).values()) expect(numbers).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it('keeps one request outstanding, while the next one gathers what comes meanwhile', async () => {
    const { proxy, client } = await throughProxy();
    const publisher = publisherOn(client);

    await Promise.all(Array.from({ length: 300 }, (_, n) => publisher.publish([aThing('a', n)])));

    expect(proxy.maxOutstanding).toBe(1);
    expect(proxy.produced).toBeLessThan(10);
    expect((await numbersIn(client)).get('a')).toEqual(Array.from({ length: 300 }, (_, n) => n));
  });

  it('cuts what is too much for one request into several', async () => {
    const { proxy, client } = await throughProxy();
    const publisher = publisherOn(client);
    const large = 'x'.repeat(400_000);

    const records = (numbers: readonly number[]) => numbers.map((n) => ({ topic: TEST_TOPIC, key: 'a', value: `${n}${large}` }));
    await publisher.appendRecords(records([0])); // a new topic may have no leader yet, and be asked twice
    const before = proxy.produced;

    await publisher.appendRecords(records([1, 2, 3, 4, 5, 6, 7]));

    expect(proxy.produced - before).toBe(4);
    expect((await recordsIn(client, TEST_TOPIC)).map(({ value }) => value[0])).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('loses nothing and repeats nothing when an answer gets lost', async () => {
    const { proxy, client } = await throughProxy();
    const publisher = publisherOn(client);
    await publisher.publish([aThing('a', 0)]);

    proxy.swallowAnswers(1);
    const first = publisher.publish([aThing('a', 1)]);
    const second = publisher.publish([aThing('a', 2)]);
    await Promise.resolve();
    const third = publisher.publish([aThing('a', 3)]);
    await Promise.all([first, second, third]);

    expect((await numbersIn(client)).get('a')).toEqual([0, 1, 2, 3]);
  });

  it('would lose an event if two requests of one producer overlapped', async () => {
    const { proxy, client } = await throughProxy();
    const producer = client.producer();
    await producer.connect();
    closing.push(
      () => client.close(),
      () => producer.disconnect(),
    );
    const send = (value: string) =>
      producer.send({ topic: client.named(TEST_TOPIC), messages: [{ key: 'a', value }], compression: CompressionTypes.None });
    await send('0');

    proxy.swallowAnswers(1);
    await Promise.all([send('1'), send('2')]); // both are acknowledged

    const values = (await recordsIn(client, TEST_TOPIC)).map(({ value }) => value);
    expect(values).toHaveLength(3);
    expect(new Set(values).size).toBe(2);
  });

  it('uses no producer again whose request failed for good, and goes on with a new one', async () => {
    const { proxy, client } = await throughProxy();
    const publisher = publisherOn(client, 1_000);
    await publisher.publish([aThing('a', 0)]);

    proxy.swallowAnswers(100);
    const lost = publisher.publish([aThing('a', 1)]);
    await expect(lost).rejects.toThrow(DependencyUnavailable);
    proxy.swallowAnswers(0);
    await publisher.publish([aThing('a', 2)]).catch(() => publisher.publish([aThing('a', 2)]));

    expect((await numbersIn(client)).get('a')).toEqual(expect.arrayContaining([0, 2]));
  });

  it('says that Kafka is unavailable when nobody answers', async () => {
    const publisher = publisherOn(aClient('127.0.0.1:1'));

    await expect(publisher.publish([aThing('a', 1)])).rejects.toThrow(DependencyUnavailable);
  });

  it('says in headers what the binding wants, and names the trace of an event there, too', async () => {
    const client = await aClientWithTopics(KAFKA_BROKERS);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const [traced, plain] = [aThing('a', 1), aThing('a', 2)];

    await publisherOn(client).publish([{ ...traced, envelope: { ...traced.envelope, traceparent } }, plain]);

    const records = await recordsIn(client, TEST_TOPIC);
    expect(records.map(({ headers }) => headers)).toEqual([
      { 'content-type': STRUCTURED_TYPE, traceparent },
      { 'content-type': STRUCTURED_TYPE },
    ]);
    expect(JSON.parse(records[0]!.value)).toMatchObject({ traceparent });
  });

  it('carries headers for copies and replays', async () => {
    const client = await aClientWithTopics(KAFKA_BROKERS);
    const publisher = publisherOn(client);
    const record = {
      topic: `${TEST_TOPIC}.dead`,
      key: 'ключ',
      value: '{ broken',
      headers: { [REPLAY_HEADER]: 'carillon.x', ce_note: 'ñ' },
    };

    await publisher.appendRecords([record]);

    expect(await recordsIn(client, record.topic)).toEqual([
      {
        partition: partitionOf('ключ', 8),
        key: record.key,
        value: record.value,
        headers: { ...record.headers, 'content-type': 'application/json' },
      },
    ]);
  });

  it('refuses what no topic takes', async () => {
    const client = await aClientWithTopics(KAFKA_BROKERS);
    const publisher = publisherOn(client);
    const event = aThing('a', 1);

    await expect(publisher.publish([{ ...event, topic: 'push.nowhere' }])).rejects.toThrow(TopicUnknown);
    const tooLarge = { ...event, envelope: { ...event.envelope, data: 'x'.repeat(1_100_000) } };
    await expect(publisher.publish([tooLarge as unknown as typeof event])).rejects.toThrow(EventTooLarge);
    await publisher.publish([event]);
  });
});
