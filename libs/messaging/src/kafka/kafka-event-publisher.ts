import { CompressionTypes, type Producer, type RecordMetadata, type TopicMessages } from 'kafkajs';
import { ACTIVITY_TOPIC, isToldAsFact, type DomainEvent } from '#libs/events';
import { EventPublisher } from '../event-publisher.ts';
import { TopicUnknown } from '../messaging-errors.ts';
import { checkLength, labelled, recordOf, type NewRecord, type RecordAppender } from '../record-appender.ts';
import { partitionOf, topics as declaredTopics, type Topic } from '../topics.ts';
import type { KafkaClient } from './kafka-client.ts';
import { KafkaFailure } from './kafka-failure.ts';
import { OutgoingRecords, type Lot, type LotBounds } from './outgoing-records.ts';

const defaultBounds: LotBounds = { records: 1_000, chars: 1_048_576, deadlineMs: 10_000 };
const worthCompressing = 8_192; // what is shorter costs more in calls to zlib, on both sides, than its bytes do

/**
 * Sends one request at a time, its retries included, while the next one gathers: kafkajs gives a second one the sequence number of a first whose
 * answer was lost, and the brokers then drop it as known. A producer whose request has failed for good is not used again.
 */
export class KafkaEventPublisher extends EventPublisher implements RecordAppender {
  readonly #partitions: ReadonlyMap<string, number>;
  readonly #outgoing: OutgoingRecords;
  #producer: Producer | undefined;
  #sending: Promise<void> | undefined;

  constructor(
    private readonly client: KafkaClient,
    topics: readonly Topic[] = declaredTopics,
    bounds: Partial<LotBounds> = {},
  ) {
    super();
    this.#partitions = new Map(topics.map(({ name, partitions }) => [name, partitions]));
    this.#outgoing = new OutgoingRecords({ ...defaultBounds, ...bounds });
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    for (const { topic } of events) this.#partitionsOf(topic);
    const told = this.#partitions.has(ACTIVITY_TOPIC)
      ? events.flatMap((event) => (isToldAsFact(event) ? [event, { ...event, topic: ACTIVITY_TOPIC }] : [event]))
      : events;
    await this.#send(told, recordOf);
  }

  async appendRecords(records: readonly NewRecord[]): Promise<void> {
    for (const record of records) {
      this.#partitionsOf(record.topic);
      checkLength(record);
    }
    await this.#send(records, labelled);
  }

  /** Waits for what is on its way, then closes the connections. */
  async close(): Promise<void> {
    while (this.#sending) await this.#sending;
    await this.#discard();
  }

  async #send<T>(items: readonly T[], recordFrom: (item: T) => NewRecord): Promise<void> {
    if (items.length === 0) return;
    const sent = this.#outgoing.add(items.length, (index) => {
      const record = recordFrom(items[index] as T);
      checkLength(record);
      return record;
    });
    this.#sending ??= this.#sendAll();
    await sent;
  }

  /** Never rejects. */
  async #sendAll(): Promise<void> {
    await Promise.resolve(); // what the same turn publishes goes with the first
    for (let lot = this.#outgoing.take(); lot; lot = this.#outgoing.take()) {
      try {
        await this.#sendLot(lot);
        lot.settle();
      } catch (error) {
        await this.#discard();
        lot.settle(KafkaFailure.from(error));
      }
    }
    this.#sending = undefined;
  }

  async #sendLot({ records }: Lot): Promise<void> {
    const producer = (this.#producer ??= this.client.producer());
    await producer.connect(); // returns at once when it is
    const chars = records.reduce((sum, { value }) => sum + value.length, 0);
    const answers = await producer.sendBatch({
      topicMessages: this.#byTopic(records),
      acks: -1,
      timeout: this.client.requestTimeoutMs,
      compression: chars < worthCompressing ? CompressionTypes.None : CompressionTypes.GZIP,
    });
    this.#checkAnswers(records, answers);
  }

  #byTopic(records: readonly NewRecord[]): TopicMessages[] {
    const byTopic = Map.groupBy(records, ({ topic }) => topic);
    return [...byTopic].map(([topic, some]) => ({
      topic: this.client.named(topic),
      messages: some.map(({ key, value, headers }) => ({ key, value, ...(headers && { headers: { ...headers } }) })),
    }));
  }

  /** When partitions change their leader between two tries, kafkajs takes the answer of a broker for records that it never got. */
  #checkAnswers(records: readonly NewRecord[], answers: readonly (RecordMetadata | null)[]): void {
    const answered = new Set(answers.map((answer) => answer && `${answer.topicName}/${answer.partition}`));
    for (const { topic, key } of records) {
      const place = `${this.client.named(topic)}/${partitionOf(key, this.#partitionsOf(topic))}`;
      if (!answered.has(place)) throw new Error(`no broker answered for ${place}`);
    }
  }

  #partitionsOf(topic: string): number {
    const partitions = this.#partitions.get(topic);
    if (partitions === undefined) throw new TopicUnknown(topic);
    return partitions;
  }

  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }
}
