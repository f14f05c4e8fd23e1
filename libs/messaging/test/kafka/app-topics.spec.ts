import { describeWithEngines } from '#libs/testing/engines';
import { until } from '#libs/testing';
import type { EventContract } from '#libs/events';
import { readFor } from '../../src/consuming/reading.ts';
import { appTopicOf, topicsNamed, topicsWith } from '../../src/topics.ts';
import { TEST_TOPIC, aThing, interest, thingHappenedV1 } from '../consuming/test-events.ts';
import { lettersOf } from '../consuming/transport-trial.ts';
import { KafkaBench, buried } from './kafka-bench.ts';
import { KafkaEventPublisher } from '../../src/kafka/kafka-event-publisher.ts';
import { aClient } from './test-kafka.ts';

const open: EventContract = { ...(thingHappenedV1 as unknown as EventContract), fromOutside: true };

function openInterest(handle: Parameters<typeof interest>[0]) {
  const { handlers, ...subscription } = interest(handle);
  const [handler] = handlers.values();
  return { ...subscription, handlers: new Map([[open.type, { ...handler!, contract: open }]]) };
}

describe('a topic of one app', () => {
  const { envelope } = aThing('a', 1);
  const subscription = { ...openInterest(async () => undefined), topic: `${TEST_TOPIC}.shop`, app: 'shop' };
  const read = (data: unknown) =>
    readFor(subscription, {
      ...{ topic: subscription.topic, partition: 0, offset: 0, key: 'k', at: 0, headers: {} },
      value: JSON.stringify({ specversion: '1.0', ...envelope, data }),
    });

  it('decides the app: data may leave it out, and may name no other', () => {
    expect(read({ app: 'shop', key: 'a', n: 1 })).toMatchObject({ kind: 'event', data: { app: 'shop' } });
    expect(read({ key: 'a', n: 1 })).toMatchObject({ kind: 'event', data: { app: 'shop' }, envelope: { data: { app: 'shop' } } });
    for (const app of ['bank', '', null, ['shop'], { toString: 'shop' }])
      expect(read({ app, key: 'a', n: 1 })).toMatchObject({ kind: 'dead', failure: { code: 'app_mismatch' } });
    expect(read([])).toMatchObject({ kind: 'dead', failure: { code: 'invalid_data' } });
  });

  it('is there for every event of other services, with its dead letters', () => {
    const names = topicsWith(['shop', 'bank']).map(({ name }) => name);

    expect(names).toEqual(
      expect.arrayContaining(['push.request', 'push.request.shop', 'push.request.shop.dead', 'push.track.bank', 'push.track.bank.dead']),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => name.includes('shop'))).toHaveLength(4);
  });
});

describeWithEngines('Topics of single apps in Kafka', ({ KAFKA_BROKERS }) => {
  afterAll(buried);

  it('are read beside the one that all share, each for its app', async () => {
    const topics = topicsNamed([TEST_TOPIC, appTopicOf(TEST_TOPIC, 'shop'), appTopicOf(TEST_TOPIC, 'bank')]);
    const bench = await KafkaBench.open(KAFKA_BROKERS, topics);
    const process = await bench.start({}, { apps: ['shop', 'bank'] });
    const client = aClient(KAFKA_BROKERS, { prefix: bench.prefix });
    const publisher = new KafkaEventPublisher(client, topics);
    const seen: string[] = [];
    const membership = await process.transport.subscribe(openInterest(async ({ app, n }) => void seen.push(`${app} ${n}`)));
    const value = (app: string, n: number) =>
      JSON.stringify({ specversion: '1.0', ...aThing('a', n).envelope, data: { app, key: 'a', n } });

    await publisher.appendRecords([
      { topic: TEST_TOPIC, key: 'k', value: value('demo', 1) },
      { topic: `${TEST_TOPIC}.shop`, key: 'k', value: value('bank', 2) },
      { topic: `${TEST_TOPIC}.shop`, key: 'k', value: value('shop', 3) },
      { topic: `${TEST_TOPIC}.bank`, key: 'k', value: value('bank', 4) },
    ]);

    await until(async () => seen.length === 3 && (await lettersOf(process)).length === 1);
    expect(seen.sort()).toEqual(['bank 4', 'demo 1', 'shop 3']);
    expect(await lettersOf(process)).toMatchObject([{ code: 'app_mismatch', app: 'shop', topic: `${TEST_TOPIC}.shop` }]);
    expect((await process.transport.lag()).map(({ topic }) => topic)).toEqual(expect.arrayContaining([`${TEST_TOPIC}.shop`]));
    await membership.close();
    await publisher.close();
    await client.close();
    await process.end('drain');
  });
});
