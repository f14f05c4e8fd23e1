import { randomUUID } from 'node:crypto';
import type { MessagingLog } from '../../src/consuming/consumer-tools.ts';
import { TEST_TOPIC } from '../consuming/test-events.ts';
import { topicsNamed } from '../../src/topics.ts';
import { KafkaClient, type KafkaOptions } from '../../src/kafka/kafka-client.ts';
import { declareKafkaTopics } from '../../src/kafka/kafka-topics.ts';

export const silent: MessagingLog = { warn: () => undefined, error: () => undefined };
export const testTopics = topicsNamed([TEST_TOPIC]);

/** A client on names of its own. */
export function aClient(brokers: string, options: Partial<KafkaOptions> = {}): KafkaClient {
  return new KafkaClient({ brokers: brokers.split(','), prefix: `${randomUUID()}.`, log: silent, ...options });
}

/** The same, with the test topic made. */
export async function aClientWithTopics(brokers: string, options: Partial<KafkaOptions> = {}): Promise<KafkaClient> {
  const client = aClient(brokers, options);
  await declareKafkaTopics(client, 1, testTopics);
  return client;
}

export interface StoredRecord {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** All that a topic holds, partition by partition. */
export async function recordsIn(client: KafkaClient, topic: string): Promise<readonly StoredRecord[]> {
  const name = client.named(topic);
  const ends = await client.ask((admin) => admin.fetchTopicOffsets(name));
  const wanted = ends.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
  if (wanted === 0) return [];
  const found = new Map<string, StoredRecord>();
  const reader = client.consumer(`reader-${randomUUID()}`, {
    mayRestart: () => true, // brokers that have just started know no coordinator for a while
  });
  await reader.connect();
  await reader.subscribe({ topic: name, fromBeginning: true });
  await new Promise<void>((resolve) => {
    void reader.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const headers = Object.entries(message.headers ?? {}).map(([header, value]) => [header, String(value)]);
        found.set(`${partition}/${message.offset}`, {
          partition,
          key: message.key?.toString() ?? null,
          value: message.value?.toString() ?? '',
          headers: Object.fromEntries(headers) as Record<string, string>,
        });
        if (found.size === wanted) resolve();
      },
    });
  });
  await reader.disconnect();
  return [...found.values()].sort((one, other) => one.partition - other.partition);
}
