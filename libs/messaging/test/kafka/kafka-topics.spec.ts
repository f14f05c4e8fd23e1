import { describeWithEngines } from '#libs/testing/engines';
import { takeNotes } from '#libs/testing';
import { DependencyUnavailable } from '#libs/kernel';
import { ConfigResourceTypes } from 'kafkajs';
import { TopicChanged } from '../../src/messaging-errors.ts';
import { topicsNamed, type Topic } from '../../src/topics.ts';
import type { KafkaClient } from '../../src/kafka/kafka-client.ts';
import { declareKafkaTopics } from '../../src/kafka/kafka-topics.ts';
import { aClient } from './test-kafka.ts';

const declared: readonly Topic[] = topicsNamed(['push.test', 'push.plan'], 86_400_000);

describeWithEngines('Topics on Kafka', ({ KAFKA_BROKERS }) => {
  const clients: KafkaClient[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
  });

  function client(): KafkaClient {
    const made = aClient(KAFKA_BROKERS);
    clients.push(made);
    return made;
  }

  const made = (by: KafkaClient, numPartitions: number, config: Record<string, string> = {}) =>
    by.ask((admin) =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic: by.named('push.test'),
            numPartitions,
            replicationFactor: 1,
            configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
          },
        ],
      }),
    );

  it('are made as they are declared, once, by however many processes', async () => {
    const kafka = client();

    await Promise.all([declareKafkaTopics(kafka, 1, declared), declareKafkaTopics(kafka, 1, declared)]);
    await declareKafkaTopics(kafka, 1, declared);

    const names = declared.map(({ name }) => kafka.named(name));
    const { topics } = await kafka.ask((admin) => admin.fetchTopicMetadata({ topics: names }));
    expect(topics.map(({ partitions }) => partitions.length)).toEqual([8, 8, 8, 8]);
    const { resources } = await kafka.ask((admin) =>
      admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: kafka.named('push.plan'), configNames: ['retention.ms', 'cleanup.policy'] }],
      }),
    );
    const config = resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]);
    expect(Object.fromEntries(config)).toEqual({ 'retention.ms': '604800000', 'cleanup.policy': 'delete' });
  });

  it('are noted by whoever made them, and by nobody afterwards', async () => {
    const kafka = client();
    const { notes, end } = takeNotes();

    await declareKafkaTopics(kafka, 1, declared);
    await declareKafkaTopics(kafka, 1, declared);

    end();
    const made = notes.filter(({ event }) => event === 'topics made');
    expect(made).toEqual([{ event: 'topics made', topics: declared.map(({ name }) => kafka.named(name)), copies: 1 }]);
  });

  it('stop a start when one has another number of partitions', async () => {
    const kafka = client();
    await made(kafka, 3);

    const start = declareKafkaTopics(kafka, 1, declared);

    await expect(start).rejects.toThrow(TopicChanged);
    await expect(start).rejects.toThrow(`Topic ${kafka.named('push.test')} has partitions 3, not 8 as declared`);
  });

  it('stop a start when one would be compacted', async () => {
    const kafka = client();
    await made(kafka, 8, { 'cleanup.policy': 'compact' });

    await expect(declareKafkaTopics(kafka, 1, declared)).rejects.toThrow('cleanup.policy compact, not delete as declared');
  });

  it('are not made with more copies than there are brokers, and the log says so', async () => {
    const said: string[] = [];
    const kafka = aClient(KAFKA_BROKERS, { log: { warn: () => undefined, error: (message) => said.push(message) } });
    clients.push(kafka);

    await expect(declareKafkaTopics(kafka, 99, declared)).rejects.toThrow(DependencyUnavailable);

    expect(said).toEqual(['Topics cannot be made, 99 copies of each: Replication-factor is invalid']);
  });

  it('are not known when nobody answers', async () => {
    await expect(declareKafkaTopics(aClient('127.0.0.1:1'), 1, declared)).rejects.toThrow(DependencyUnavailable);
    await expect(aClient('127.0.0.1:1').trouble()).resolves.toContain('ECONNREFUSED');
    await expect(client().trouble()).resolves.toBeUndefined();
  });
});
