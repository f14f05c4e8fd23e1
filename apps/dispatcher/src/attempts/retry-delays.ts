import type { ProviderName, Random } from '#libs/kernel';
import type { Outcome } from '../providers/outcome.ts';

/** First waits by cause, ms (providers.md 9). */
export interface RetryBases {
  readonly network: number;
  /** After a fault of the provider itself. */
  readonly providers: ReadonlyMap<ProviderName, number>;
  readonly throttled: number;
  readonly credentials: number;
  /** No wait that the provider has not named itself is longer, ms. */
  readonly longest?: ReadonlyMap<ProviderName, number>;
}

/** For simulated credentials every base is this: a demonstration need not wait for 15 minutes. */
const simulatedBaseMs = 1_000;

const maxExponent = 16;
const ownDelayJitter = 0.1;
const maxJitterMs = 5_000;

/** When a message may be tried again, if it may. The provider's own delay comes first, else exponential back-off above the base, with full jitter. */
export class RetryDelays {
  constructor(
    private readonly random: Random,
    private readonly bases: RetryBases,
  ) {}

  /**
   * Of one batch, tried for the `depth`-th time: messages with the same cause share a due time, so the retry plan needs few of them. Answers instants, ms; null: that
   * was the last time.
   */
  ofBatch(provider: ProviderName, simulated: boolean, depth: number, now: number): (outcome: Outcome) => number | null {
    const byCause = new Map<string, number>();
    return (outcome) => {
      if ('maxTries' in outcome && depth >= outcome.maxTries) return null;
      const ownMs = 'afterMs' in outcome ? outcome.afterMs : undefined;
      const baseMs = simulated ? simulatedBaseMs : this.#base(provider, outcome);
      const cause = ownMs ? `own ${ownMs}` : `base ${baseMs}`;
      let at = byCause.get(cause);
      if (at === undefined) {
        at = Math.ceil(now + (ownMs ? this.#behind(ownMs) : this.#backOff(baseMs, depth, this.bases.longest?.get(provider))));
        byCause.set(cause, at);
      }
      return at;
    };
  }

  /** How long a provider is left alone that finds all that a credential sends too much and names no time. */
  throttledMs(simulated: boolean): number {
    return simulated ? simulatedBaseMs : this.bases.throttled;
  }

  /** How long a provider that is down is left alone. */
  probeAfterMs(provider: ProviderName, simulated: boolean): number {
    return simulated ? simulatedBaseMs : this.#ofProvider(provider);
  }

  #base(provider: ProviderName, outcome: Outcome): number {
    if ('baseMs' in outcome) return outcome.baseMs;
    if (outcome.kind === 'throttled') return this.bases.throttled;
    if (outcome.kind === 'credentials_bad') return outcome.refreshable ? this.bases.network : this.bases.credentials;
    if (outcome.kind === 'unknown') return this.bases.network;
    return 'faultOf' in outcome && outcome.faultOf === 'provider' ? this.#ofProvider(provider) : this.bases.network;
  }

  #ofProvider(provider: ProviderName): number {
    return this.bases.providers.get(provider) ?? this.bases.network;
  }

  /** Between the base, below which no provider wants to see us again, and base × 2^depth, or the longest wait. */
  #backOff(baseMs: number, depth: number, longestMs = Infinity): number {
    const most = Math.max(baseMs, Math.min(baseMs * 2 ** Math.min(depth, maxExponent), longestMs));
    return baseMs + this.random.next() * (most - baseMs);
  }

  /** Never before the provider's own delay, and not all at the same moment behind it. */
  #behind(ownMs: number): number {
    return ownMs + this.random.next() * Math.min(ownMs * ownDelayJitter, maxJitterMs);
  }
}
