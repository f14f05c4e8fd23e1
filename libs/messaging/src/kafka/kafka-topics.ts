import { note } from '#libs/kernel';
import kafkajs, { type ITopicConfig } from 'kafkajs';
import { setTimeout } from 'node:timers/promises';
import { TopicChanged } from '../messaging-errors.ts';
import { topics as declaredTopics, type Topic } from '../topics.ts';
import type { KafkaClient } from './kafka-client.ts';
import { reasonOf } from './kafka-failure.ts';

const topicResource = kafkajs.ConfigResourceTypes.TOPIC; // Node sees no named export of it
/** Bytes of one record batch: a record of the longest value, in the widest characters, with its headers. */
const largestBatch = 4_194_304;
const cleanup = 'delete';
const createWithinMs = 15_000;
/** A busy broker takes long to hear of what another has just made. */
const settledWithinMs = 60_000;
const retryMs = 250;

interface Found {
  readonly partitions: number;
  readonly cleanup: string;
  readonly retentionMs: number;
}

/**
 * Makes the topics that are missing, `replication` copies each, and checks the others. Throws TopicChanged where the number of partitions or the
 * cleanup policy is not the declared one, and DependencyUnavailable. A shorter time of keeping is logged: an operator may have chosen it.
 */
export async function declareKafkaTopics(
  client: KafkaClient,
  replication: number,
  topics: readonly Topic[] = declaredTopics,
): Promise<void> {
  const there = new Set(await client.ask((admin) => admin.listTopics()));
  const missing = topics.filter(({ name }) => !there.has(client.named(name)));
  if (missing.length > 0) await make(client, replication, missing);
  const found = await settled(() => foundOf(client, topics));
  for (const { name } of missing) await settled(() => client.ask((admin) => admin.fetchTopicOffsets(client.named(name)))); // it has leaders
  for (const topic of topics) check(topic, found.get(client.named(topic.name)), client);
}

async function make(client: KafkaClient, replication: number, missing: readonly Topic[]): Promise<void> {
  const topics = missing.map((topic) => configOf(topic, client.named(topic.name), replication));
  try {
    await client.ask((admin) => admin.createTopics({ topics, waitForLeaders: false, timeout: createWithinMs }));
    note('topics made', { topics: topics.map(({ topic }) => topic), copies: replication });
  } catch (error) {
    client.log.error(`Topics cannot be made, ${replication} copies of each: ${reasonOf(error)}`);
    throw error;
  }
}

function check({ name, partitions, retentionMs }: Topic, found: Found | undefined, client: KafkaClient): void {
  const topic = client.named(name);
  if (!found) throw new TopicChanged(topic, 'partitions', 0, partitions);
  if (found.partitions !== partitions) throw new TopicChanged(topic, 'partitions', found.partitions, partitions);
  if (found.cleanup !== cleanup) throw new TopicChanged(topic, 'cleanup.policy', found.cleanup, cleanup);
  if (found.retentionMs >= 0 && found.retentionMs < retentionMs) {
    client.log.warn(`Topic ${topic} keeps events ${found.retentionMs} ms, not the ${retentionMs} ms declared`);
  }
}

function configOf({ partitions, retentionMs }: Topic, topic: string, replication: number): ITopicConfig {
  const config = {
    'cleanup.policy': cleanup,
    'retention.ms': String(retentionMs),
    'max.message.bytes': String(largestBatch),
    'compression.type': 'producer',
    'message.timestamp.type': 'LogAppendTime', // when the log took it: senders' clocks decide neither age nor retention
    'min.insync.replicas': String(Math.max(1, Math.min(2, replication - 1))), // one copy may be away
  };
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  return { topic, numPartitions: partitions, replicationFactor: replication, configEntries };
}

/** Brokers hear of a new topic one after the other. */
async function settled<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = settledWithinMs / retryMs; left > 0; left -= 1) {
    try {
      return await ask();
    } catch {
      await setTimeout(retryMs);
    }
  }
  return ask();
}

async function foundOf(client: KafkaClient, topics: readonly Topic[]): Promise<ReadonlyMap<string, Found>> {
  const names = topics.map(({ name }) => client.named(name));
  const metadata = await client.ask((admin) => admin.fetchTopicMetadata({ topics: names }));
  const { resources } = await client.ask((admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: names.map((name) => ({ type: topicResource, name, configNames: ['cleanup.policy', 'retention.ms'] })),
    }),
  );
  const configs = new Map(resources.map(({ resourceName, configEntries }) => [resourceName, configEntries]));
  return new Map(
    metadata.topics.map(({ name, partitions }) => {
      const valueOf = (wanted: string) => configs.get(name)?.find(({ configName }) => configName === wanted)?.configValue ?? '';
      return [name, { partitions: partitions.length, cleanup: valueOf('cleanup.policy'), retentionMs: Number(valueOf('retention.ms')) }];
    }),
  );
}
