import { FairLine } from './fair-line.ts';
import type { Lane } from './provider.ts';

/** Whose turn it is to be, and whether it is the first of something. */
export interface BulkWork {
  readonly lane: Lane;
  /** Shares take turns. Two steps of one send that must not wait for each other have a share each. */
  readonly share: string;
  /** Work that has begun comes before new work: what it has read grows old. */
  readonly hasBegun: boolean;
}

/** How long bulk work holds still for each step that transactional work announces, ms. */
const wayMs = 15;
/** Bulk turns that each way costs; where they come to more than the most, there is no further way until some of them were taken. */
const turnsOwedForAWay = 3;
const maxTurnsOwed = 12;

/**
 * Gives the bulk work of a process one turn of the event loop after the other, sends in turn: what a commit wakes all at once must not run in
 * one go, or a password reset waits for a broadcast at each of its steps. Transactional work never waits here; what is more, bulk work holds still
 * while it passes, as long as bulk keeps its share of the turns.
 */
export class BulkTurns {
  readonly #begun = new FairLine<() => void>();
  readonly #new = new FairLine<() => void>();
  #isScheduled = false;
  #way: NodeJS.Timeout | undefined;
  #turnsOwed = 0;

  /** Resolves when it is this work's turn: a few milliseconds that nobody else's bulk work shares. */
  async take({ lane, share, hasBegun }: BulkWork): Promise<void> {
    if (lane === 'transactional') {
      this.makeWay();
      return;
    }
    await new Promise<void>((go) => {
      (hasBegun ? this.#begun : this.#new).add(share, go);
      this.#schedule();
    });
  }

  /** Transactional work is on its way through this process: no bulk turn begins for some milliseconds. */
  makeWay(): void {
    if (this.#isIdle) this.#turnsOwed = 0;
    if (this.#turnsOwed >= maxTurnsOwed) return;
    this.#turnsOwed += turnsOwedForAWay;
    clearTimeout(this.#way);
    this.#way = setTimeout(() => {
      this.#way = undefined;
      this.#schedule();
    }, wayMs);
  }

  get #isIdle(): boolean {
    return this.#begun.isEmpty && this.#new.isEmpty;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#way || this.#isIdle) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      if (this.#way) return;
      this.#turnsOwed = Math.max(0, this.#turnsOwed - 1);
      (this.#begun.next() ?? this.#new.next())?.();
      this.#schedule();
    });
  }
}
