import { describeWithEngines } from '#libs/testing/engines';
import { until } from '#libs/testing';
import { TEST_TOPIC, interest, things } from '../consuming/test-events.ts';
import { isRead } from '../consuming/transport-trial.ts';
import { KafkaBench, buried } from './kafka-bench.ts';

const group = `carillon.test.${TEST_TOPIC}`;

describeWithEngines('A process that is in no group', ({ KAFKA_BROKERS }) => {
  const closing: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  afterAll(buried);

  const start = async (bench: KafkaBench) => {
    const process = await bench.start();
    closing.push(() => process.end('kill'));
    return process;
  };

  it('tells how many are in a group of others, misses who was killed, and tells how far it is behind then', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const [doomed, watcher] = [await start(bench), await start(bench)];
    const members = async () => (await watcher.transport.sizes()).find((one) => one.group === group)?.members;
    const lag = async () => (await watcher.transport.lag()).find((one) => one.group === group);
    await doomed.transport.subscribe(interest(async () => undefined));
    await doomed.publisher.publish(things(['a'], 2));
    await until(() => isRead(doomed));

    expect(await members()).toBe(1);
    await doomed.end('kill');
    await until(async () => (await members()) === 0);
    await watcher.publisher.publish(things(['a', 'b'], 3));

    expect(await lag()).toMatchObject({ messages: 6 });
    await until(async () => ((await lag())?.oldestMs ?? 0) > 0);
  });
});
