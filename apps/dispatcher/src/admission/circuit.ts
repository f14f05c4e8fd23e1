/** What a circuit lets through now: everything, one probe, or nothing before an instant (ms). */
export type CircuitAnswer = { readonly kind: 'closed' } | { readonly kind: 'probe' } | { readonly kind: 'open'; readonly until: number };

/** How soon the answer to a probe may be expected. */
const probeAnswerMs = 2_000;
const closed: CircuitAnswer = { kind: 'closed' };

/** Closed while all is well; open after a fault; from time to time one probe goes through and decides. */
export class Circuit {
  #openSince: number | null = null;
  #probeAt = 0;
  #probing = false;

  constructor(private readonly probeAfterMs: number) {}

  get openSince(): number | null {
    return this.#openSince;
  }

  /** When it is tried again; null while closed. */
  get probeAt(): number | null {
    return this.#openSince === null ? null : this.#probeAt;
  }

  /** What `take` would answer, without taking the probe. */
  peek(now: number): CircuitAnswer {
    if (this.#openSince === null) return closed;
    if (this.#probing) return { kind: 'open', until: now + Math.min(this.probeAfterMs, probeAnswerMs) };
    return now >= this.#probeAt ? { kind: 'probe' } : { kind: 'open', until: this.#probeAt };
  }

  /** A probe that is taken is given back by `open`, `close` or `abandonProbe`. */
  take(now: number): CircuitAnswer {
    const answer = this.peek(now);
    if (answer.kind === 'probe') this.#probing = true;
    return answer;
  }

  /** For `forMs` at least, where somebody has named a time. */
  open(now: number, forMs = 0): void {
    this.#openSince ??= now;
    this.#probeAt = now + Math.max(this.probeAfterMs, forMs);
    this.#probing = false;
  }

  close(): void {
    this.#openSince = null;
    this.#probing = false;
  }

  /** The probe was never sent: the next one may go at once. */
  abandonProbe(): void {
    this.#probing = false;
  }
}
