import type { Clock } from '#libs/kernel';
import type { DeadLetter, DeadLetterFilter, DeadLetters } from '#libs/messaging';

export interface Replayed {
  /** Letters whose events are on their topics again. */
  readonly replayed: number;
  /** Letters that were kept in part only: they stay. */
  readonly truncated: number;
  /** The bound was reached, and there are others that match. */
  readonly more: boolean;
}

const inOneWrite = 20; // an original has up to 1 MiB

/**
 * Hands out again what the filter matches and was given up before the call, newest first, at most so many. What fails once more
 * becomes a new letter, which the same call leaves alone. A fault in between leaves the rest as letters: repeat the call.
 */
export class ReplayDeadLetters {
  constructor(
    private readonly letters: DeadLetters,
    private readonly clock: Clock,
  ) {}

  async execute(filter: DeadLetterFilter, limit: number): Promise<Replayed> {
    const before = Math.min(filter.before ?? Infinity, this.clock.now());
    let [replayed, truncated] = [0, 0];
    let cursor: string | null = null;
    do {
      const size: number = Math.min(inOneWrite, limit - replayed);
      const page = await this.letters.list({ ...filter, before }, size, cursor ?? undefined);
      const whole = page.items.filter((letter) => !letter.truncated);
      truncated += page.items.length - whole.length;
      replayed += await this.#replayed(whole);
      cursor = page.cursor;
    } while (cursor !== null && replayed < limit);
    return { replayed, truncated, more: cursor !== null };
  }

  /** Somebody else may have replayed or deleted one meanwhile. */
  async #replayed(letters: readonly DeadLetter[]): Promise<number> {
    const done = await Promise.all(letters.map(({ id }) => this.letters.replay(id)));
    return done.filter(Boolean).length;
  }
}
