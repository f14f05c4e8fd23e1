import { describeWithEngines, engineFiles } from '#libs/testing/engines';
import { until } from '#libs/testing';
import kafkajs, { type Producer } from 'kafkajs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { TEST_TOPIC, aThing, interest } from '../consuming/test-events.ts';
import { isRead, lettersOf } from '../consuming/transport-trial.ts';
import { KafkaBench, buried } from './kafka-bench.ts';

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const perCodec = 400;

describeWithEngines('Records of foreign producers', ({ KAFKA_BROKERS }) => {
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

  async function foreign(options: { readonly transactionalId?: string } = {}): Promise<Producer> {
    const producer = new kafkajs.Kafka({ brokers: [KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING }).producer({
      ...options,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    closing.push(() => producer.disconnect());
    return producer;
  }

  const eventOf = (n: number, more: Record<string, unknown> = {}) =>
    JSON.stringify({ specversion: '1.0', ...aThing(`key-${n % 5}`, n).envelope, ...more });

  it('are read whichever codec of Kafka packs them', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench);
    const seen = new Map<number, number>();
    await process.transport.subscribe(interest(async ({ n }) => void seen.set(n, (seen.get(n) ?? 0) + 1)));
    const padding = Array.from({ length: 40 }, (_, n) => `word${n * n} und Wörter und `).join('');
    const lines = Array.from({ length: perCodec }, (_, n) => eventOf(n, { padding: `${n} ${padding}` })).join('\n');

    await sentByJava(KAFKA_BROKERS, `${bench.prefix}${TEST_TOPIC}`, lines);

    await until(
      async () => [...seen.values()].reduce((sum, times) => sum + times, 0) >= codecs.length * perCodec && (await isRead(process)),
    );
    expect(new Set(seen.values())).toEqual(new Set([codecs.length]));
    expect(seen.size).toBe(perCodec);
    expect(await lettersOf(process)).toEqual([]);
  });

  it('are buried where their batch unpacks to more than fits, and those behind them are read', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench);
    const seen: number[] = [];
    await process.transport.subscribe(interest(async ({ n }) => void seen.push(n)));
    const producer = await foreign();
    const topic = `${bench.prefix}${TEST_TOPIC}`;
    const large = Buffer.alloc(34_000_000, ' ');

    await producer.send({
      topic,
      compression: kafkajs.CompressionTypes.GZIP,
      messages: [large, large].map((value) => ({ partition: 2, value })),
    });
    await producer.send({ topic, messages: [{ partition: 2, value: eventOf(1) }] });

    await until(async () => seen.length === 1 && (await isRead(process)));
    const letters = await lettersOf(process);
    expect(letters.map(({ offset, code, reason }) => [offset, code, reason]).sort()).toEqual([
      [0, 'unreadable', 'event: Its batch could not be unpacked'],
      [1, 'unreadable', 'event: Its batch could not be unpacked'],
    ]);
  });

  it('of a transaction that was given up are not read', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench);
    const seen: number[] = [];
    await process.transport.subscribe(interest(async ({ n }) => void seen.push(n)));
    const producer = await foreign({ transactionalId: `${bench.prefix}foreign` });
    const topic = `${bench.prefix}${TEST_TOPIC}`;

    for (const [n, ends] of [[1, 'abort'], [2, 'commit'], [3, 'abort'], [4, 'commit']] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ partition: 0, value: eventOf(n) }] });
      await transaction[ends]();
    } // prettier-ignore

    await until(() => seen.includes(4));
    expect(seen).toEqual([2, 4]);
  });

  it('stop nobody with keys and headers as large as a batch may be', async () => {
    const bench = await KafkaBench.open(KAFKA_BROKERS);
    const process = await start(bench);
    const seen: number[] = [];
    await process.transport.subscribe(interest(async ({ n }) => void seen.push(n)));
    const producer = await foreign();
    const topic = `${bench.prefix}${TEST_TOPIC}`;
    const huge = Buffer.alloc(3_500_000, 0xff);

    await producer.send({ topic, messages: [{ partition: 1, key: huge, value: '{' }] });
    await producer.send({ topic, messages: [{ partition: 1, value: eventOf(1), headers: { huge } }] });
    await producer.send({ topic, messages: [{ partition: 1, value: eventOf(2), headers: { ce_id: Buffer.from([0xff]), trace: '' } }] });
    await producer.send({ topic, messages: [{ partition: 1, value: eventOf(3), headers: { other: [Buffer.from([0xff]), 'x'] } }] });

    await until(async () => seen.length === 1 && (await isRead(process)));
    expect(seen).toEqual([3]);
    const letters = await lettersOf(process);
    expect(letters.map(({ offset, reason }) => [offset, reason]).sort()).toEqual([
      [0, 'event: Not JSON'],
      [1, 'event: Its headers have more than 65536 characters'],
      [2, 'event: A header is not UTF-8'],
    ]);
  });
});

async function sentByJava(brokers: string, topic: string, lines: string): Promise<void> {
  const jars = join(await engineFiles('kafka', 'copy'), '*');
  const program = join(import.meta.dirname, 'compression', 'ForeignProducer.java');
  const java = spawn('java', ['-cp', jars, program, brokers, topic, codecs.join(',')], { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  java.stderr.on('data', (data: Buffer) => (said += data.toString()));
  java.stdin.end(lines);
  const [code] = (await once(java, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the producer in Java ended with ${code}: ${said.slice(-1_000)}`);
}
