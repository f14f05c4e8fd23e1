import { BoundedMap } from '#libs/kernel';
import { RateMeter } from './rate-meter.ts';
import type { ProviderQuota } from '../providers/push-provider.ts';
import { ProviderRates, SendingRate, type Taken } from './sending-rate.ts';

const throttledShare = 0.05;
const lowered = 0.7;
const minPerSecond = 10;
const stepMs = 1_000;
/** A rate climbs from nothing to its end in so many steps: a minute at least (providers.md 2.8 and 9). */
export const RAMP_STEPS = 60;
/** Messages per second: a low rate is back sooner. */
export const LEAST_STEP = 2;

/**
 * The rate of a process that sends alone: as fast as it can, until the provider throttles. Then a token bucket holds a share of the rate that
 * was reached; it rises again by the same step each second without throttling, and is gone once it is twice what it was when it was made.
 */
export class AdaptiveRate extends SendingRate {
  readonly #meter = new RateMeter();
  readonly #ceiling: number | undefined;
  #limit: number | null = null;
  #from = 0;
  #tokens = 0;
  #filledAt = 0;
  #steppedAt = 0;

  /** `upTo`: a limit from the start (its bucket empty at `now`) that may fall and never rises above this. */
  constructor(upTo?: { readonly perSecond: number; readonly now: number }) {
    super();
    this.#ceiling = upTo?.perSecond;
    if (upTo) this.#setLimit(upTo.perSecond, upTo.now);
  }

  get limit(): number | null {
    return this.#limit;
  }

  measured(now: number): number {
    return this.#meter.perSecond(now);
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  /** With nothing in the bucket, says how long until half a second's worth is there. */
  take(wanted: number, now: number): Taken {
    if (this.#limit === null) return { granted: wanted, waitMs: 0 };
    this.#fill(now);
    const worthwhile = Math.max(1, Math.min(wanted, Math.floor(this.#limit / 2)));
    if (this.#tokens < worthwhile) return { granted: 0, waitMs: Math.ceil(((worthwhile - this.#tokens) / this.#limit) * 1000) };
    const granted = Math.min(wanted, Math.floor(this.#tokens));
    this.#tokens -= granted;
    return { granted, waitMs: 0 };
  }

  giveBack(messages: number): void {
    if (this.#limit !== null) this.#tokens = Math.min(this.#limit, this.#tokens + messages);
  }

  observe(answers: number, throttled: number, now: number): void {
    if (answers === 0) return;
    this.#meter.add(answers, now);
    if (now - this.#steppedAt < stepMs) return;
    if (throttled >= answers * throttledShare && throttled > 0) this.#lower(now);
    else if (throttled === 0 && this.#limit !== null) this.#raise(this.#limit, now);
  }

  rampFrom(perSecond: number, now: number): void {
    this.#setLimit(Math.min(this.#limit ?? perSecond, perSecond), now);
    this.#from = Math.max(this.#from, (perSecond * RAMP_STEPS) / 2);
  }

  #lower(now: number): void {
    const reached = Math.max(this.measured(now), minPerSecond);
    const base = this.#limit === null ? reached : Math.min(this.#limit, Math.max(reached, this.#limit * lowered));
    this.#from = base;
    this.#setLimit(Math.max(minPerSecond, base * lowered), now);
  }

  #raise(limit: number, now: number): void {
    const step = Math.max(LEAST_STEP, (this.#from * 2) / RAMP_STEPS);
    const next = Math.min(limit + step, this.#ceiling ?? Infinity);
    if (this.#ceiling === undefined && next > this.#from * 2) {
      this.#limit = null;
      return;
    }
    this.#fill(now);
    this.#limit = next;
    this.#steppedAt = now;
  }

  #setLimit(perSecond: number, now: number): void {
    this.#limit = perSecond;
    this.#tokens = Math.min(this.#tokens, perSecond);
    this.#filledAt = now;
    this.#steppedAt = now;
  }

  #fill(now: number): void {
    const limit = this.#limit ?? 0;
    this.#tokens = Math.min(limit, this.#tokens + ((now - this.#filledAt) / 1000) * limit);
    this.#filledAt = now;
  }
}

const maxQuotas = 1_000;

/** For a process that sends alone. */
export class OwnProviderRates extends ProviderRates {
  readonly #quotas = new BoundedMap<SendingRate>(maxQuotas);

  of(): SendingRate {
    return new AdaptiveRate();
  }

  within({ name, perMinute }: ProviderQuota): SendingRate {
    const key = `${name} ${perMinute}`;
    return this.#quotas.get(key) ?? this.#quotas.set(key, new AdaptiveRate({ perSecond: perMinute / 60, now: 0 }));
  }
}
