import type { Batch } from 'kafkajs';
import { setImmediate } from 'node:timers/promises';
import type { LogRecord } from '../consuming/log-record.ts';
import type { MemberTools } from '../consuming/message-attempts.ts';
import type { PartitionWorker } from '../consuming/partition-worker.ts';
import { recordFrom } from './kafka-records.ts';

const pageRecords = 64; // parsed and started in one go: well under a millisecond

/** Stops and starts the fetching of a partition. */
export interface FetchSwitch {
  pause(): void;
  resume(): void;
}

/** Hands what is fetched of one partition to its worker as long as that has room; what is left of a fetch waits, and no more is fetched meanwhile. */
export class KafkaPartitionFeed {
  readonly #roomToRead: number;
  #waiting: LogRecord[] = [];
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
    const { subscription } = this.tools;
    const fresh = batch.messages.filter(({ offset }) => Number(offset) >= this.#expected);
    this.#waiting.push(...fresh.map((message) => recordFrom(subscription, batch.partition, message)));
    this.#expected = Math.max(this.#expected, Number(batch.lastOffset()) + 1);
    while (this.#offer() && this.#waiting.length > 0) await setImmediate();
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
    this.#released ??= this.worker.release();
    return this.#released;
  }

  /** Offers a page; false when there is no room. */
  #offer(): boolean {
    if (this.#released) return false;
    const limit = Math.min(this.worker.room, pageRecords);
    if (limit > 0) this.worker.offer(this.#waiting.splice(0, limit));
    if (this.#waiting.length === 0) this.worker.skipTo(this.#expected); // markers of transactions are no records
    return limit > 0;
  }

  #canRead(): boolean {
    return this.#waiting.length === 0 && this.worker.room >= this.#roomToRead;
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
