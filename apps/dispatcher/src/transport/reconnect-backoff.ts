import type { Random } from '#libs/kernel';

const baseMs = 1_000;
const capMs = 60_000;
/** Connections that were of use may be replaced at once: so many in a row, and one more each second. */
const maxCredit = 10;
const creditMs = 1_000;

/** When the next connection may be opened: never in a tight loop (providers.md 9: 1, 2, 4 … 60 s, with jitter). Instants in ms. */
export class ReconnectBackoff {
  #failures = 0;
  #retryAt = 0;
  #credit = maxCredit;
  #creditAt = 0;

  constructor(private readonly random: Random) {}

  /** A connection may be opened from here on. */
  get retryAt(): number {
    return this.#retryAt;
  }

  /** A connection could not be made, or ended before it was of use. */
  failed(now: number): void {
    const longest = Math.min(capMs, baseMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#retryAt = now + Math.round(longest / 2 + (longest / 2) * this.random.next());
  }

  /** A connection ended that had carried an answer. */
  ended(now: number): void {
    this.#credit = Math.min(maxCredit, this.#credit + (now - this.#creditAt) / creditMs) - 1;
    this.#creditAt = now;
    this.#failures = 0;
    this.#retryAt = now + Math.max(0, -this.#credit) * creditMs;
  }
}
