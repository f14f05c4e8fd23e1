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

/**
 * Gives the bulk work of a process one turn of the event loop after the other, sends in turn: what a commit wakes all at once must not run in
 * one go, or a password reset waits for a broadcast at each of its steps. Transactional work never waits here.
 */
export class BulkTurns {
  readonly #begun = new FairLine<() => void>();
  readonly #new = new FairLine<() => void>();
  #isScheduled = false;

  /** Resolves when it is this work's turn: a few milliseconds that nobody else's bulk work shares. */
  async take({ lane, share, hasBegun }: BulkWork): Promise<void> {
    if (lane === 'transactional') return;
    await new Promise<void>((go) => {
      (hasBegun ? this.#begun : this.#new).add(share, go);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      (this.#begun.next() ?? this.#new.next())?.();
      if (!this.#begun.isEmpty || !this.#new.isEmpty) this.#schedule();
    });
  }
}
