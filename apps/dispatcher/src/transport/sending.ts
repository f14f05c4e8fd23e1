import type { Answer, RequestBatch, ResultSink, UnansweredKind } from './transport.ts';

/** How often a request that a server provably refused is begun, before its caller hears of it. */
const maxStarts = 4;

/** A batch on its way: what has not begun, what is to begin once more, how many have no result yet. */
export class Sending {
  readonly done: Promise<void>;
  readonly #finish: () => void;
  readonly #again: number[] = [];
  #next = 0;
  #open: number;
  #starts: Uint8Array | undefined;

  constructor(
    readonly batch: RequestBatch,
    readonly sink: ResultSink,
  ) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.done = promise;
    this.#finish = () => {
      resolve(undefined);
    };
    this.#open = batch.size;
    if (batch.size === 0) this.#finish();
  }

  /** Requests that wait to be begun. */
  get waiting(): number {
    return this.batch.size - this.#next + this.#again.length;
  }

  /** The next request to begin. Undefined: none waits. */
  take(): number | undefined {
    const again = this.#again.pop();
    if (again !== undefined) return again;
    if (this.#next === this.batch.size) return undefined;
    this.#next += 1;
    return this.#next - 1;
  }

  answered(index: number, answer: Answer): void {
    this.sink.answered(index, answer);
    this.#settleOne();
  }

  unanswered(index: number, kind: UnansweredKind, reason: string): void {
    this.sink.unanswered(index, kind, reason);
    this.#settleOne();
  }

  /** A server refused it unprocessed: it waits again (true), or has had its starts and its caller hears of it. */
  refused(index: number, reason: string): boolean {
    this.#starts ??= new Uint8Array(this.batch.size).fill(1);
    const starts = this.#starts[index] ?? maxStarts;
    if (starts >= maxStarts) {
      this.unanswered(index, 'refused', reason);
      return false;
    }
    this.#starts[index] = starts + 1;
    this.#again.push(index);
    return true;
  }

  /** Ends all that has not begun. */
  giveUpWaiting(kind: UnansweredKind, reason: string): void {
    for (let index = this.take(); index !== undefined; index = this.take()) this.unanswered(index, kind, reason);
  }

  #settleOne(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#finish();
  }
}
