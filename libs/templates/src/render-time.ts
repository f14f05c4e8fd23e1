/** For one message of one recipient, all its texts together. */
const mostMs = 50;

/** How long the texts of one message may still take to render: a hostile template ends in an error, not in a hang. */
export class RenderTime {
  readonly #endsAt = performance.now() + mostMs;

  /** Milliseconds, never below 0. */
  get left(): number {
    return Math.max(0, this.#endsAt - performance.now());
  }
}
