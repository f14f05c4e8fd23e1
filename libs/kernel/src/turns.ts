import type { Clock } from './clock.ts';
import { FairLine } from './fair-line.ts';

const maxMs = 20;

/** One turn of the event loop, which all long work of a process shares. */
interface Turn {
  beganAt: number | undefined;
  readonly waiting: FairLine<() => void>;
}

/** A process has one clock, and so has its event loop. */
const turnOf = new WeakMap<Clock, Turn>();

/**
 * Long work in turns of some milliseconds, so that it does not hold up everybody else: `if (turns.isOver) await turns.next();`. What runs in one turn of the event
 * loop shares its milliseconds, and what waits goes on one after the other, each in a turn of its own: sixteen that yield at once would still be one
 * long stop. Shares take turns, so that nobody waits behind all of somebody else's work.
 */
export class Turns {
  readonly #turn: Turn;

  /** `share`: whose work it is; shares that wait take turns. */
  constructor(
    private readonly clock: Clock,
    private readonly share: string,
  ) {
    this.#turn = turnOf.get(clock) ?? { beganAt: undefined, waiting: new FairLine() };
    turnOf.set(clock, this.#turn);
    this.#begin();
  }

  /** Resolves when work of some milliseconds may begin: at once, unless this turn of the event loop has had its share. */
  static async take(clock: Clock, share: string): Promise<void> {
    const turns = new Turns(clock, share);
    if (turns.isOver) await turns.next();
  }

  get isOver(): boolean {
    return this.clock.now() - (this.#turn.beganAt ?? this.#begin()) > maxMs;
  }

  next(): Promise<void> {
    return new Promise((go) => {
      this.#turn.waiting.add(this.share, go);
      this.#begin();
    });
  }

  /** The turn lasts until the event loop has looked at everything else. */
  #begin(): number {
    const turn = this.#turn;
    if (turn.beganAt !== undefined) return turn.beganAt;
    turn.beganAt = this.clock.now();
    setImmediate(() => {
      turn.beganAt = undefined;
      const go = turn.waiting.next();
      if (go) this.#begin();
      go?.();
    });
    return turn.beganAt;
  }
}
