import { setTimeout } from 'node:timers/promises';
import type { ConsumerTools } from '../consuming/consumer-tools.ts';
import { ConsumptionGate } from '../consuming/consumption-gate.ts';
import { failureOf } from '../consuming/failure.ts';
import type { LogRecord } from '../consuming/log-record.ts';
import type { MemberTools } from '../consuming/message-attempts.ts';
import { PartitionWorker } from '../consuming/partition-worker.ts';
import { ProgressCommitter } from '../consuming/progress-committer.ts';
import { groupOf, type Subscription } from '../consuming/subscription.ts';
import type { PartitionOwner } from './group-members.ts';
import type { SqliteEventLog } from './sqlite-event-log.ts';
import type { SqliteLogReader } from './sqlite-log-reader.ts';
import type { SqliteProgress } from './sqlite-progress.ts';

const pageRecords = 64;

// parsed and started in one go: well under a millisecond

/** Brings the records of one partition to its worker as long as that has room. */
class SqlitePartitionFeed {
  readonly #roomToRead: number;
  #full = false;
  #next: NodeJS.Immediate | undefined;
  #released: Promise<void> | undefined;

  constructor(
    private readonly worker: PartitionWorker,
    private readonly topic: string,
    private readonly reader: SqliteLogReader,
    private readonly tools: MemberTools,
  ) {
    this.#roomToRead = Math.max(1, Math.min(pageRecords, tools.settings.windowMessages >> 4));
  }

  /** Takes what was just appended, without reading it, where it is next and there is room; otherwise reads on. */
  take(appended: readonly LogRecord[] | undefined): void {
    const isNext = !this.#released && !this.#next && appended?.[0]?.offset === this.worker.next;
    if (isNext && appended.length <= this.worker.room) this.worker.offer(appended);
    else this.pull();
  }

  /** Reads on. Cheap when there is nothing, or no room. */
  pull(): void {
    if (this.#released || this.#next) return;
    const limit = Math.min(this.worker.room, pageRecords);
    this.#full = limit < this.#roomToRead;
    if (this.#full) return;
    const records = this.#page(limit);
    this.worker.offer(records);
    if (records.length < limit) return;
    this.#next = setImmediate(() => {
      this.#next = undefined;
      this.pull();
    });
  }

  /** The worker has finished a message. */
  onRoom(): void {
    if (this.#full && this.worker.room >= this.#roomToRead) this.pull();
  }

  /** The same promise however often it is asked. */
  release(): Promise<void> {
    if (this.#next) clearImmediate(this.#next);
    this.#released ??= this.worker.release();
    return this.#released;
  }

  /** A file that cannot be read now is read again with the next poll. */
  #page(limit: number) {
    try {
      return this.reader.read(this.topic, this.worker.partition, this.worker.next, limit);
    } catch (error) {
      this.tools.log.warn(`${this.topic}/${this.worker.partition} cannot be read: ${failureOf(error).reason}`);
      return [];
    }
  }
}

const retryMs = 250;

/** One member of a group: its partitions, and what they share. */
export class SqliteGroupMember implements PartitionOwner {
  readonly group: string;
  readonly topic: string;
  readonly #feeds = new Map<number, SqlitePartitionFeed>();
  readonly #tools: MemberTools;
  #closing = false;

  constructor(
    subscription: Subscription,
    private readonly log: SqliteEventLog,
    private readonly reader: SqliteLogReader,
    private readonly stored: SqliteProgress,
    tools: ConsumerTools,
  ) {
    this.group = groupOf(subscription);
    this.topic = subscription.topic;
    const { settings, random } = tools;
    const gate = new ConsumptionGate(subscription.concurrency ?? settings.concurrency, settings, random);
    const committer = new ProgressCommitter(
      (rows) => this.stored.save(this.topic, this.group, rows),
      settings.commitAfterMs,
      (error) => {
        tools.log.warn(`${this.group} could not store its progress: ${failureOf(error).reason}`);
      },
    );
    this.#tools = { ...tools, subscription, gate, committer };
  }

  /** A partition has grown by these records; undefined: by what the file says. */
  wake(partition: number, appended: readonly LogRecord[] | undefined): void {
    this.#feeds.get(partition)?.take(appended);
  }

  wakeAll(): void {
    for (const feed of this.#feeds.values()) feed.pull();
  }

  async take(partition: number): Promise<void> {
    const worker = await this.#workerOf(partition);
    if (!worker) return;
    const feed = new SqlitePartitionFeed(worker, this.topic, this.reader, this.#tools);
    this.#feeds.set(partition, feed);
    // Stored before the first handler starts: found by the next owner, it says that this one ended uncleanly.
    await this.#tools.committer.saveNow(worker).catch(() => undefined);
    feed.pull();
  }

  async release(partition: number): Promise<void> {
    const feed = this.#feeds.get(partition);
    this.#feeds.delete(partition);
    await feed?.release();
  }

  /** Starts nothing more; what is in flight ends as `release` says. */
  stop(): void {
    this.#closing = true;
    for (const feed of this.#feeds.values()) void feed.release();
    this.#tools.gate.close();
  }

  /** Undefined when the member was stopped before the partition's progress could be read. */
  async #workerOf(partition: number): Promise<PartitionWorker | undefined> {
    while (!this.#closing) {
      try {
        const progress = this.stored.load(this.topic, this.group, partition);
        const end = this.log.end(this.topic, partition);
        return new PartitionWorker(partition, progress, end, this.#tools, () => this.#feeds.get(partition)?.onRoom());
      } catch (error) {
        this.#tools.log.warn(`${this.group} cannot take partition ${partition}: ${failureOf(error).reason}`);
        await setTimeout(retryMs);
      }
    }
    return undefined;
  }
}
