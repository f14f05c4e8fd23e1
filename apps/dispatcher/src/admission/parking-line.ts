const farthestMs = 60_000;

/** Spreads what waits for one thing, so that it comes back one by one and not all at once. */
export class ParkingLine {
  #tail = 0;

  /** The last place given is behind us: a new line would do as well. */
  isOver(now: number): boolean {
    return this.#tail < now;
  }

  /** The next place at or after `from` (ms), `spacingMs` behind the one given before; never more than a minute away. */
  place(from: number, spacingMs: number): number {
    this.#tail = Math.max(from, this.#tail + spacingMs);
    if (this.#tail > from + farthestMs) this.#tail = from;
    return this.#tail;
  }
}
