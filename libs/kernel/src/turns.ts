import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from './clock.ts';

const longestMs = 20;

/** Long work in turns of some milliseconds, so that it does not hold up everybody else. `if (turns.isOver) await turns.next();` */
export class Turns {
  #beganAt: number;

  constructor(private readonly clock: Clock) {
    this.#beganAt = clock.now();
  }

  get isOver(): boolean {
    return this.clock.now() - this.#beganAt > longestMs;
  }

  async next(): Promise<void> {
    await nextTurn();
    this.#beganAt = this.clock.now();
  }
}
