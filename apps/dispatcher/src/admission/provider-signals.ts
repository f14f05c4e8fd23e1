import type { Outcome } from '../providers/outcome.ts';

/** What the answers to some messages say of the provider as a whole. */
export interface ProviderSignals {
  readonly answers: number;
  /** Down, or silent. */
  readonly down: number;
  readonly downReason: string | null;
  /** How long those that were down want to be left alone, ms; 0 where they named nothing. */
  readonly downForMs: number;
  /** Throttled as a whole, not one address. */
  readonly throttled: number;
  readonly refused: number;
  readonly refusedReason: string | null;
  /** The provider takes nothing by this credential for so long, ms, as where a day's quota is used up. */
  readonly rest: Rest | null;
}

export interface Rest {
  /** 0: it named no time. */
  readonly ms: number;
  readonly reason: string;
}

/** A delay as long as this is for everybody, however few heard of it. */
const leastRestMs = 60_000;
/** A shorter one is where so many of the answers say that all that the credential sends is too much; else the few wait each for itself. */
const restingShare = 0.05;

export const NO_SIGNALS: ProviderSignals = {
  answers: 0,
  down: 0,
  downReason: null,
  downForMs: 0,
  throttled: 0,
  refused: 0,
  refusedReason: null,
  rest: null,
};

const decisiveWeight = 20;

/** Sums outcomes up. */
export class SignalReport {
  #answers = 0;
  #down = 0;
  #downReason: string | null = null;
  #downForMs = 0;
  #throttled = 0;
  #refused = 0;
  #refusedReason: string | null = null;
  #rest: Rest | null = null;

  add(outcome: Outcome): void {
    this.#answers += 1;
    if ((outcome.kind === 'provider_down' || outcome.kind === 'credentials_bad') && outcome.scope === 'part') return;
    if (outcome.kind === 'provider_down' || outcome.kind === 'unknown') {
      this.#down += 1;
      this.#downReason = outcome.reason;
      if (outcome.kind === 'provider_down') this.#downForMs = Math.max(this.#downForMs, outcome.afterMs ?? 0);
    } else if (outcome.kind === 'throttled') {
      if (outcome.scope === 'provider') this.#addThrottled(outcome);
    } else if (outcome.kind === 'credentials_bad') {
      this.#refused += 1;
      this.#refusedReason = outcome.reason;
    }
  }

  #addThrottled({ reason, afterMs = 0 }: Extract<Outcome, { kind: 'throttled' }>): void {
    this.#throttled += 1;
    if (!this.#rest || afterMs > this.#rest.ms) this.#rest = { ms: afterMs, reason };
  }

  #resting(): Rest | null {
    if (!this.#rest) return null;
    return this.#rest.ms >= leastRestMs || this.#throttled >= this.#answers * restingShare ? this.#rest : null;
  }

  signals(): ProviderSignals {
    return {
      answers: this.#answers,
      down: this.#down,
      downReason: this.#downReason,
      downForMs: this.#downForMs,
      throttled: this.#throttled,
      refused: this.#refused,
      refusedReason: this.#refusedReason,
      rest: this.#resting(),
    };
  }
}

/** A refusal before anything was sent speaks for all messages: it weighs as much as the breaker and the pause need to act. */
export function decisive(outcome: Outcome): ProviderSignals {
  const report = new SignalReport();
  if (outcome.kind === 'provider_down' || outcome.kind === 'credentials_bad')
    for (let n = 0; n < decisiveWeight; n += 1) report.add(outcome);
  return report.signals();
}
