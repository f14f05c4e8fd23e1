import { note } from '#libs/kernel';
import type { Batch, Consumer } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { MessagingLog } from '../consuming/consumer-tools.ts';
import type { PartitionRow } from '../consuming/progress-committer.ts';
import type { KafkaClient } from './kafka-client.ts';
import { KafkaFailure, reasonOf } from './kafka-failure.ts';
import { metadataOf } from './kafka-progress.ts';

/** What becomes of a group's member. None of them rejects or throws. */
export interface ConsumerEvents {
  /** Its partitions are about to be shared anew. Commits are taken for as long as the others need to hear of it, and nobody waits. */
  rebalancing(): void;
  /** These partitions are its own until the next call, whether it was told before or not; called before any of them is fetched. */
  joined(partitions: readonly number[]): void;
  /** Records of one partition. Resolves when the next may come. */
  fetched(batch: Batch, resolve: (offset: string) => void): Promise<void>;
  /** It will not come back by itself, and not for want of a broker. */
  crashed(error: Error): void;
}

const retryMs = 1_000;
const worldly = [
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSTimeout',
  'KafkaJSConnectionError',
  'KafkaJSRequestTimeoutError',
];

/**
 * A member of one group on one topic, as kafkajs does it: offsets are committed by us alone, and it begins where a topic begins. It tries for ever to
 * reach the brokers; where kafkajs itself gives up over that, it is started anew.
 */
export class KafkaGroupConsumer {
  /** Stands in the commits it makes. */
  readonly name: string = randomBytes(6).toString('hex');
  #consumer: Consumer;
  #commits = 0;
  #isClosing = false;
  #isLost = false;

  constructor(
    private readonly client: KafkaClient,
    private readonly group: string,
    private readonly topic: string,
    private readonly events: ConsumerEvents,
    private readonly log: MessagingLog,
  ) {
    this.#consumer = this.#made();
  }

  /** Resolves when it has joined its group, or was closed. */
  async start(): Promise<void> {
    while (!this.#closing()) {
      try {
        await this.#consumer.connect();
        await this.#consumer.subscribe({ topic: this.#name, fromBeginning: true });
        await this.#consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          eachBatch: (payload) =>
            this.events.fetched(payload.batch, (offset) => {
              payload.resolveOffset(offset);
            }),
        });
        return;
      } catch (error) {
        this.#lost(error);
        await setTimeout(retryMs);
      }
    }
  }

  pause(partitions: readonly number[]): void {
    this.#ifRunning((consumer) => {
      consumer.pause([{ topic: this.#name, partitions: [...partitions] }]);
    });
  }

  resume(partition: number): void {
    this.#ifRunning((consumer) => {
      consumer.resume([{ topic: this.#name, partitions: [partition] }]);
    });
  }

  seek(partition: number, offset: number): void {
    this.#ifRunning((consumer) => {
      consumer.seek({ topic: this.#name, partition, offset: String(offset) });
    });
  }

  /** Throws DependencyUnavailable, also when the partitions now belong to others. */
  async commit(rows: readonly PartitionRow[]): Promise<void> {
    const before = this.#commits;
    const topic = this.#name;
    try {
      await this.#consumer.commitOffsets(
        rows.map(({ partition, progress }) => ({
          topic,
          partition,
          offset: String(progress.next),
          metadata: metadataOf(progress, this.name),
        })),
      );
    } catch (error) {
      throw KafkaFailure.from(error);
    }
    // A consumer that is not running at the moment commits nothing, and says nothing.
    if (this.#commits === before) throw new KafkaFailure({ cause: new Error('the consumer is not running') });
  }

  /** From now on it does not come back by itself. */
  prepareToClose(): void {
    this.#isClosing = true;
  }

  /** Leaves the group. Never rejects. */
  async close(): Promise<void> {
    this.prepareToClose();
    await this.#consumer.disconnect().catch(() => undefined);
  }

  get #name(): string {
    return this.client.named(this.topic);
  }

  #closing(): boolean {
    return this.#isClosing;
  }

  /** Between a crash and the next start kafkajs takes no orders, and none is needed: every share begins with its own. */
  #ifRunning(order: (consumer: Consumer) => void): void {
    try {
      order(this.#consumer);
    } catch (error) {
      this.log.warn(`${this.group} is not running: ${reasonOf(error)}`);
    }
  }

  #made(): Consumer {
    const consumer = this.client.consumer(this.group, {
      mayRestart: () => !this.#isClosing,
    });
    const { GROUP_JOIN, REBALANCING, COMMIT_OFFSETS, CRASH } = consumer.events;
    consumer.on(REBALANCING, () => {
      this.events.rebalancing();
    });
    consumer.on(GROUP_JOIN, ({ payload }) => {
      if (this.#isLost) note('consumer back', { group: this.group, partitions: payload.memberAssignment[this.#name]?.length ?? 0 });
      this.#isLost = false;
      if (!this.#isClosing) this.events.joined(payload.memberAssignment[this.#name] ?? []);
    });
    consumer.on(COMMIT_OFFSETS, () => {
      this.#commits += 1;
    });
    consumer.on(CRASH, ({ payload }) => {
      if (!this.#isClosing) this.#lost(payload.error);
      if (!payload.restart && !this.#isClosing) this.#ended(payload.error);
    });
    return consumer;
  }

  /** Said once, however often it is tried again. */
  #lost(error: unknown): void {
    if (!this.#isLost) note('consumer lost', { group: this.group, reason: reasonOf(error) });
    this.#isLost = true;
  }

  #ended(error: Error): void {
    if (!isWorldly(error)) {
      this.events.crashed(error);
      return;
    }
    this.#consumer = this.#made();
    void setTimeout(retryMs).then(() => this.start());
  }
}

/** The causes of an error tell what it comes from. */
function isWorldly(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return worldly.includes(error.name) || ('retriable' in error && error.retriable === true) || isWorldly(error.cause);
}
