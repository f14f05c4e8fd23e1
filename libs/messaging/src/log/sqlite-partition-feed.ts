import { failureOf } from '../consuming/failure.ts';
import type { MemberTools } from '../consuming/message-attempts.ts';
import type { PartitionWorker } from '../consuming/partition-worker.ts';
import type { SqliteLogReader } from './sqlite-log-reader.ts';

const pageRecords = 64; // parsed and started in one go: well under a millisecond

/** Brings the records of one partition to its worker as long as that has room. */
export class SqlitePartitionFeed {
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
