import type { Lane } from '#libs/kernel';

/** Messages that are read and rendered in one go: a few milliseconds, so that whoever else needs the process waits no longer. */
export const MESSAGES_A_TURN = 100;

/**
 * Gives bulk work one turn of the event loop after the other: what a commit wakes all at once must not run in one go, or a password reset
 * waits for a broadcast at each of its steps. Transactional work never waits here.
 */
export class BulkTurns {
  #begun: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  #isScheduled = false;

  /** Resolves when it is this work's turn. Work that has begun comes before new work: what it has read grows old. */
  async take(lane: Lane, work: 'new' | 'begun'): Promise<void> {
    if (lane === 'transactional') return;
    await new Promise<void>((go) => {
      (work === 'begun' ? this.#begun : this.#waiting).push(go);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      (this.#begun.shift() ?? this.#waiting.shift())?.();
      if (this.#begun.length + this.#waiting.length > 0) this.#schedule();
    });
  }
}
