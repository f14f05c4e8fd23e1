import type { Batch, KafkaMessage } from 'kafkajs';
import { setImmediate } from 'node:timers/promises';
import type { LogRecord } from '../consuming/log-record.ts';
import type { MemberTools } from '../consuming/message-attempts.ts';
import type { PartitionWorker } from '../consuming/partition-worker.ts';
import { recordFrom } from './kafka-records.ts';

const pageRecords = 64; // parsed and started in one go: well under a millisecond
/** Bytes of them, unless one has more: a megabyte takes tens of milliseconds, and a batch that was packed may hold many. */
const pageBytes = 262_144;

/** Stops and starts the fetching of a partition. */
export interface FetchSwitch {
  pause(): void;
  resume(): void;
}

/** Hands what is fetched of one partition to its worker as long as that has room; what is left of a fetch waits, and no more is fetched meanwhile. */
export class KafkaPartitionFeed {
  readonly #roomToRead: number;
  #waiting: KafkaMessage[] = []; // as they came: each is read when there is room for it
  #at = 0; // the first of them that was not offered
  #expected: number;
  #isPaused = false;
  #released: Promise<void> | undefined;

  constructor(
    readonly worker: PartitionWorker,
    private readonly fetching: FetchSwitch,
    private readonly tools: MemberTools,
  ) {
    this.#expected = worker.next;
    this.#roomToRead = Math.max(1, Math.min(pageRecords, tools.settings.windowMessages >> 4));
  }

  /** The offset behind the last record that was taken. */
  get expected(): number {
    return this.#expected;
  }

  /** False when the batch begins behind what is expected: it belongs to an older assignment, or the log has dropped what was before it. */
  async take(batch: Batch): Promise<boolean> {
    if (firstAsked(batch) > this.#expected) return false;
    const fresh = batch.messages.filter(({ offset }) => Number(offset) >= this.#expected);
    this.#waiting = [...this.#waiting.slice(this.#at), ...fresh];
    this.#at = 0;
    this.#expected = Math.max(this.#expected, Number(batch.lastOffset()) + 1);
    while (this.#offer() && !this.#isEmpty) await setImmediate();
    if (!this.#canRead() && !this.#released) this.#pause();
    return true;
  }

  /** The worker has finished a message. */
  onRoom(): void {
    if (!this.#isPaused || this.worker.room < this.#roomToRead) return;
    this.#offer();
    if (!this.#canRead()) return;
    this.#isPaused = false;
    this.fetching.resume();
  }

  /** There is nothing more below this offset. */
  skipTo(offset: number): void {
    this.#expected = Math.max(this.#expected, offset);
    this.#offer();
  }

  /** The same promise however often it is asked. */
  release(): Promise<void> {
    this.#waiting = [];
    this.#at = 0;
    this.#released ??= this.worker.release();
    return this.#released;
  }

  /** Offers a page; false when there is no room. */
  #offer(): boolean {
    if (this.#released) return false;
    const limit = Math.min(this.worker.room, pageRecords);
    if (limit > 0) this.worker.offer(this.#page(limit));
    if (this.#isEmpty) this.worker.skipTo(this.#expected); // markers of transactions are no records
    return limit > 0;
  }

  /** The next records, read; at least one where there is one. */
  #page(limit: number): readonly LogRecord[] {
    const records: LogRecord[] = [];
    for (let bytes = 0; records.length < limit && bytes < pageBytes; this.#at += 1) {
      const message = this.#waiting[this.#at];
      if (!message) break;
      records.push(recordFrom(this.tools.subscription, this.worker.partition, message));
      bytes += message.value?.length ?? 0;
    }
    if (this.#isEmpty) {
      this.#waiting = [];
      this.#at = 0;
    }
    return records;
  }

  get #isEmpty(): boolean {
    return this.#at >= this.#waiting.length;
  }

  #canRead(): boolean {
    return this.#isEmpty && this.worker.room >= this.#roomToRead;
  }

  #pause(): void {
    this.#isPaused = true;
    this.fetching.pause();
  }
}

/** The offset that was asked for, which kafkajs keeps but does not declare. */
function firstAsked(batch: Batch & { readonly fetchedOffset?: unknown }): number {
  return Number(batch.fetchedOffset ?? batch.firstOffset() ?? 0);
}
