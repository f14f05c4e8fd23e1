import { contracts, type DomainEvent } from '#libs/events';
import { KafkaClient, KafkaEventPublisher, declareKafkaTopics, parseRecordEvent, topicsNamed } from '#libs/messaging';
import { Kafka, logLevel } from 'kafkajs';
import { deepEqual, equal } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFileSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Unfetched, type InteropContext, type InteropStep } from './step.ts';

const app = 'interop-events';
const data = JSON.stringify({ app, to: { users: ['4711'] }, message: { title: 'The bells are ringing' } });
const javaPackages = ['kafka', 'json-jackson', 'http-basic'].map((name) => `io.cloudevents:cloudevents-${name}:4.0.1`);
const java = (context: InteropContext) =>
  context.mvn(...javaPackages, 'org.apache.kafka:kafka-clients:3.9.1', 'org.slf4j:slf4j-nop:2.0.17');
const samples = 'libs/events/samples';

/** An app of this run, and a server key for it. */
async function serverKey({ platform: { url, adminKey } }: InteropContext): Promise<string> {
  const call = async (method: string, path: string, body: unknown) =>
    fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await call('PUT', `/v1/apps/${app}`, { name: 'Interop' });
  const answer = await call('POST', `/v1/apps/${app}/keys`, { kind: 'server', name: 'interop' });
  return ((await answer.json()) as { key: string }).key;
}

/** Every answer is a list of verdicts, and all of them are good. */
function allAccepted(stdout: string, requests: number): void {
  const answers = stdout.trim().split('\n').map((line) => JSON.parse(line) as { status: string }[]); // prettier-ignore
  equal(answers.length, requests, stdout);
  deepEqual([...new Set(answers.flat().map(({ status }) => status))], ['accepted'], stdout);
}

/** A topic of this run in the Kafka of `KAFKA_BROKERS`, with one record of each contract's first sample as the platform's own publisher writes it. */
async function withRecords(work: (brokers: string, topic: string, types: readonly string[], client: KafkaClient) => Promise<void>) {
  const brokers = process.env['KAFKA_BROKERS'];
  if (brokers === undefined) throw new Unfetched('KAFKA_BROKERS names no Kafka (`npm run engines` starts one)');
  const client = new KafkaClient({ brokers: brokers.split(','), prefix: `interop-${randomUUID()}.` });
  const topics = topicsNamed(['events', 'requests']);
  const publisher = new KafkaEventPublisher(client, topics);
  try {
    await declareKafkaTopics(client, 1, topics);
    const events = contracts.map(({ type }): DomainEvent => ({ topic: 'events', key: 'k', envelope: sampleOf(type) }));
    await publisher.publish(events);
    await work(brokers, client.named('events'), contracts.map(({ type }) => type), client); // prettier-ignore
  } finally {
    await publisher.close();
    await client.close();
  }
}

function sampleOf(type: string): DomainEvent['envelope'] {
  const folder = join(samples, type);
  const [file = ''] = readdirSync(folder);
  const sample = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
  const { specversion: _, datacontenttype: __, ...envelope } = sample;
  return envelope as unknown as DomainEvent['envelope'];
}

interface Found {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

async function recordsOf(brokers: string, topic: string, wanted: number): Promise<readonly Found[]> {
  const found: Found[] = [];
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const consumer = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).consumer({ groupId: `interop-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { headers = {}, value } }) => {
      const texts = Object.entries(headers).map(([name, text]) => [name, String(text)]);
      found.push({ headers: Object.fromEntries(texts) as Found['headers'], value: String(value) });
      if (found.length === wanted) resolve(undefined);
    },
  });
  await promise;
  await consumer.disconnect();
  return found;
}

export const steps: InteropStep[] = [
  {
    name: 'cloudevents (npm): binary, structured with data_base64 and batched events over HTTP',
    needs: ['npm'],
    run: async (context) => {
      await context.npm('cloudevents@10.0.0', '--force');
      copyFileSync(context.program('cloudevents-client.js'), join(context.folder, 'client.js'));
      const { stdout } = await context.exec('node', ['client.js', 'http', context.platform.url, await serverKey(context), data]);
      allAccepted(stdout, 3);
    },
  },
  {
    name: 'cloudevents (npm): reads a record of every event',
    needs: ['npm'],
    run: async (context) => {
      await context.npm('cloudevents@10.0.0', '--force');
      copyFileSync(context.program('cloudevents-client.js'), join(context.folder, 'client.js'));
      await withRecords(async (brokers, topic, types) => {
        const input = JSON.stringify(await recordsOf(brokers, topic, types.length));
        const { stdout } = await context.exec('node', ['client.js', 'read'], { input });
        deepEqual(stdout.trim().split('\n').sort(), [...types].sort());
      });
    },
  },
  {
    name: 'cloudevents (PyPI): binary and structured events over HTTP',
    needs: ['pip'],
    run: async (context) => {
      const python = await context.pip('cloudevents==1.12.0');
      const program = context.program('cloudevents_client.py');
      const { stdout } = await context.exec(python, [program, context.platform.url, await serverKey(context), data]);
      allAccepted(stdout, 2);
    },
  },
  {
    name: 'io.cloudevents (Java): binary and structured events over HTTP, data as base64',
    needs: ['mvn'],
    run: async (context) => {
      const jars = await java(context);
      const program = context.program('CloudEventsClient.java');
      const { stdout } = await context.exec('java', ['-cp', jars, program, 'http', context.platform.url, await serverKey(context), data]);
      allAccepted(stdout, 2);
    },
  },
  {
    name: 'io.cloudevents (Java): CloudEventDeserializer reads a record of every event, records of CloudEventSerializer are read',
    needs: ['mvn'],
    run: async (context) => {
      const jars = await java(context);
      const program = context.program('CloudEventsClient.java');
      await withRecords(async (brokers, topic, types, client) => {
        const { stdout } = await context.exec('java', ['-cp', jars, program, 'read', brokers, topic, String(types.length)]);
        deepEqual(stdout.trim().split('\n').sort(), [...types].sort());
        const requests = client.named('requests');
        await context.exec('java', ['-cp', jars, program, 'write', brokers, requests, data]);
        const events = (await recordsOf(brokers, requests, 2)).map(({ headers, value }) => parseRecordEvent(headers, value, 0).envelope);
        deepEqual(events.map((event) => event?.id).sort(), ['java-binary', 'java-structured']);
        for (const event of events) deepEqual([event?.data, event?.subject], [JSON.parse(data), 'Bücher für 100 %']);
      });
    },
  },
];
