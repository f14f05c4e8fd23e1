import type { Batch } from 'kafkajs';
import { setTimeout } from 'node:timers/promises';
import type { ConsumerTools } from '../consuming/consumer-tools.ts';
import { ConsumptionGate } from '../consuming/consumption-gate.ts';
import type { MemberTools } from '../consuming/message-attempts.ts';
import { PartitionWorker } from '../consuming/partition-worker.ts';
import type { PartitionProgress } from '../consuming/partition-progress.ts';
import { ProgressCommitter } from '../consuming/progress-committer.ts';
import { groupOf, type Subscription } from '../consuming/subscription.ts';
import type { KafkaClient } from './kafka-client.ts';
import { reasonOf } from './kafka-failure.ts';
import { KafkaGroupConsumer, type ConsumerEvents } from './kafka-group-consumer.ts';
import { KafkaPartitionFeed } from './kafka-partition-feed.ts';
import { startsOf, type PartitionStart } from './kafka-progress.ts';

const retryMs = 250;

/** One member of a group: its partitions, and what they share. */
export class KafkaGroupMember implements ConsumerEvents {
  readonly group: string;
  readonly topic: string;
  readonly #feeds = new Map<number, KafkaPartitionFeed>();
  /** How far it had come in partitions that it gave away; the brokers may not have heard of it. */
  readonly #left = new Map<number, PartitionProgress>();
  /** Those whose handlers in hand have not ended. */
  readonly #releasing = new Set<PartitionWorker>();
  #released: Promise<unknown> = Promise.resolve();
  readonly #tools: MemberTools;
  readonly #consumer: KafkaGroupConsumer;
  /** Counts the shares of partitions; what belongs to an older one is dropped. */
  #assignment = 0;
  #isClosing = false;
  #closed: Promise<void> | undefined;
  #hasShare: () => void = () => undefined;
  readonly #firstShare = new Promise<void>((resolve) => {
    this.#hasShare = resolve;
  });

  constructor(
    subscription: Subscription,
    private readonly client: KafkaClient,
    tools: ConsumerTools,
    private readonly onCrash: (error: Error) => void,
  ) {
    this.group = groupOf(subscription);
    this.topic = subscription.topic;
    const { settings, random, log } = tools;
    this.#consumer = new KafkaGroupConsumer(client, this.group, this.topic, this, log);
    const gate = new ConsumptionGate(subscription.concurrency ?? settings.concurrency, settings, random);
    const committer = new ProgressCommitter(
      (rows) => this.#consumer.commit(rows),
      settings.commitAfterMs,
      (error) => {
        log.warn(`${this.group} could not store its progress: ${reasonOf(error)}`);
      },
    );
    this.#tools = { ...tools, subscription, gate, committer };
  }

  /** Resolves when it has taken its first share, which may be none, or was closed. */
  async join(): Promise<void> {
    await this.#consumer.start();
    await this.#firstShare;
  }

  /** When the log took the oldest unfinished message of a partition in memory, ms. */
  oldestAt(partition: number): number | undefined {
    return this.#feeds.get(partition)?.worker.oldestAt;
  }

  /** Takes nothing new, gives handlers in flight `drainMs`, commits what is finished and leaves the group. Never rejects. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#isClosing = true;
    this.#consumer.prepareToClose();
    this.#hasShare();
    this.#assignment += 1;
    if (this.#feeds.size > 0) this.#consumer.pause([...this.#feeds.keys()]);
    const released = this.#releaseAll();
    this.#tools.gate.close();
    await released;
    await this.#consumer.close();
  }

  /**
   * kafkajs joins again without waiting for anybody. So the partitions' progress is committed at once, as that of an orderly end: whoever gets one begins with
   * what is in hand here, and accuses none of it. Handlers in hand go on, at most `drainMs`.
   */
  rebalancing(): void {
    this.#assignment += 1;
    for (const { worker } of this.#feeds.values()) worker.giveAway();
    void this.#releaseAll();
  }

  joined(partitions: readonly number[]): void {
    if (this.#isClosing) return;
    this.#assignment += 1;
    void this.#releaseAll();
    for (const worker of this.#releasing) this.#tools.committer.disown(worker); // a commit from now on would be one of the new share
    if (partitions.length > 0) this.#consumer.pause(partitions); // until it is known where to begin
    void this.#take(this.#assignment, partitions);
  }

  async fetched(batch: Batch, resolve: (offset: string) => void): Promise<void> {
    const feed = this.#feeds.get(batch.partition);
    if (!feed) return;
    const isNext = await feed.take(batch);
    if (this.#feeds.get(batch.partition) !== feed) return;
    if (isNext) resolve(batch.messages.at(-1)?.offset ?? batch.lastOffset());
    else void this.#align(feed, batch.partition);
  }

  crashed(error: Error): void {
    this.#tools.log.error(`${this.group} cannot go on: ${reasonOf(error)}`);
    this.onCrash(error);
  }

  async #take(assignment: number, partitions: readonly number[]): Promise<void> {
    const starts = await this.#whileCurrent(assignment, () => startsOf(this.client, this.group, this.topic));
    if (!starts) return;
    await this.#releaseAll(); // what is in hand of the assignment before has ended, or was left behind
    for (const partition of partitions) this.#own(partition, starts.get(partition));
    // Stored before the first handler starts: found by the next owner, it says that this one ended uncleanly.
    const workers = [...this.#feeds.values()].map(({ worker }) => worker);
    await Promise.all(workers.map((worker) => this.#tools.committer.saveNow(worker).catch(() => undefined)));
    this.#hasShare();
    if (assignment !== this.#assignment) return;
    for (const [partition, feed] of this.#feeds) {
      this.#consumer.seek(partition, feed.expected);
      this.#consumer.resume(partition);
    }
  }

  #own(partition: number, start: PartitionStart | undefined): void {
    if (!start) return; // a partition that the brokers do not tell of has nothing to read
    const fetching = {
      pause: () => {
        this.#consumer.pause([partition]);
      },
      resume: () => {
        if (this.#feeds.get(partition) === feed) this.#consumer.resume(partition);
      },
    };
    const worker = new PartitionWorker(partition, this.#takenOver(partition, start), start.end, this.#tools, () => {
      feed.onRoom();
    });
    const feed = new KafkaPartitionFeed(worker, fetching, this.#tools);
    this.#feeds.set(partition, feed);
  }

  /** Nobody had the partition since this member left it: what it knows is right, and an outage of the brokers was no end of the process. */
  #takenOver(partition: number, { by, progress }: PartitionStart): PartitionProgress {
    const left = by === this.#consumer.name ? this.#left.get(partition) : undefined;
    return left && left.next >= progress.next ? left : progress;
  }

  /** Reads on where this assignment has come to; behind what retention has dropped, if it has. */
  async #align(feed: KafkaPartitionFeed, partition: number): Promise<void> {
    this.#consumer.pause([partition]);
    const starts = await this.#whileCurrent(this.#assignment, () => startsOf(this.client, this.group, this.topic));
    if (!starts || this.#feeds.get(partition) !== feed) return;
    const low = starts.get(partition)?.low ?? 0;
    if (low > feed.expected) {
      this.#tools.log.error(`${this.group} lost ${low - feed.expected} events of partition ${partition}, which the brokers kept no longer`);
      feed.skipTo(low);
    }
    this.#consumer.seek(partition, feed.expected);
    this.#consumer.resume(partition);
  }

  /** Asks until there is an answer; undefined when the partitions have changed hands meanwhile. */
  async #whileCurrent<T>(assignment: number, ask: () => Promise<T>): Promise<T | undefined> {
    while (assignment === this.#assignment) {
      try {
        const answer = await ask();
        return assignment === this.#assignment ? answer : undefined;
      } catch (error) {
        this.#tools.log.warn(`${this.group} cannot take its partitions: ${reasonOf(error)}`);
        await setTimeout(retryMs);
      }
    }
    return undefined;
  }

  /** Resolves when nothing of what was owned so far is in hand any more. */
  async #releaseAll(): Promise<void> {
    const feeds = [...this.#feeds];
    this.#feeds.clear();
    for (const [, { worker }] of feeds) this.#releasing.add(worker);
    const released = Promise.all([
      this.#released,
      ...feeds.map(async ([partition, feed]) => {
        await feed.release();
        this.#left.set(partition, feed.worker.progress());
        this.#releasing.delete(feed.worker);
      }),
    ]);
    this.#released = released;
    await released;
  }
}
