/**
 * A service of yours that has a push sent: it publishes `send.requested.v1` and listens to `push.activity` for what became of it.
 * Settings: KAFKA_BROKERS, KAFKA_TOPIC_PREFIX, APP and SERVICE. `node main.ts <event id> <user> <title>`
 */
import { Kafka, logLevel } from 'kafkajs';
import process from 'node:process';
import { sendIdOf } from './send-id.ts';

const {
  KAFKA_BROKERS = '127.0.0.1:9092',
  KAFKA_TOPIC_PREFIX: prefix = '',
  APP: app = 'demo',
  SERVICE: source = '/examples/internal-service',
} = process.env;
const [id, user, title = 'Hello'] = process.argv.slice(2);
if (id === undefined || user === undefined) {
  console.error('Usage: node main.ts EVENT_ID USER [TITLE]');
  process.exit(1);
}

interface Activity {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly sendId?: string; readonly source?: string; readonly eventId?: string };
}

const kafka = new Kafka({ brokers: KAFKA_BROKERS.split(','), clientId: 'internal-service', logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `internal-service-${id}` }); // a service that runs for ever has one group, and reads on where it was
const producer = kafka.producer();
const sendId = sendIdOf(app, source, id);
const seen = new Set<string>(); // ids of events: one may come twice

await consumer.connect();
await consumer.subscribe({ topic: `${prefix}push.activity`, fromBeginning: true });
const answered = new Promise<Activity>((resolve) => {
  void consumer.run({
    eachMessage: async ({ message }) => {
      const activity = JSON.parse(message.value?.toString() ?? '{}') as Activity;
      if (seen.has(activity.id)) return;
      seen.add(activity.id);
      if (isAnswer(activity)) resolve(activity);
    },
  });
});

await producer.connect();
await producer.send({
  topic: `${prefix}push.request`,
  messages: [
    {
      key: app,
      headers: { 'content-type': 'application/cloudevents+json' },
      value: JSON.stringify({
        specversion: '1.0',
        id, // what this is about in your world, such as an order: asked twice, sent once
        source,
        type: 'send.requested.v1',
        time: new Date().toISOString(),
        data: { app, to: { users: [user] }, message: { title } },
      }),
    },
  ],
});
console.log(`asked for send ${sendId}`);

const { type, data } = await answered;
console.log(`${type} ${JSON.stringify(data)}`);
await Promise.all([consumer.disconnect(), producer.disconnect()]);

function isAnswer({ type, data }: Activity): boolean {
  if (type === 'send.finished.v1') return data.sendId === sendId;
  return type === 'request.rejected.v1' && data.source === source && data.eventId === id;
}
