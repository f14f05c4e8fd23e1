const throttledShare = 0.05;
const lowered = 0.7;
const raised = 1.2;
const leastPerSecond = 10;
const stepMs = 1_000;
const windowMs = 5_000;

/**
 * How fast one credential may send: as fast as it can, until the provider throttles. Then a token bucket holds a share of the rate that
 * was reached; it rises again each second without throttling, and is gone once it is twice what it was when it was made.
 */
export class AdaptiveRate {
  #limit: number | null = null;
  #from = 0;
  #tokens = 0;
  #filledAt = 0;
  #steppedAt = 0;
  #sent: { at: number; messages: number }[] = [];

  /** Messages per second; null: no limit. */
  get limit(): number | null {
    return this.#limit;
  }

  /** Messages answered per second, over the last seconds. */
  measured(now: number): number {
    const recent = this.#sent.filter(({ at }) => at > now - windowMs);
    return Math.round(recent.reduce((sum, { messages }) => sum + messages, 0) / (windowMs / 1000));
  }

  /** Takes up to `wanted` messages from the bucket; with none, says how long until half a second's worth is there. */
  take(wanted: number, now: number): { readonly granted: number; readonly waitMs: number } {
    if (this.#limit === null) return { granted: wanted, waitMs: 0 };
    this.#fill(now);
    const worthwhile = Math.max(1, Math.min(wanted, Math.floor(this.#limit / 2)));
    if (this.#tokens < worthwhile) return { granted: 0, waitMs: Math.ceil(((worthwhile - this.#tokens) / this.#limit) * 1000) };
    const granted = Math.min(wanted, Math.floor(this.#tokens));
    this.#tokens -= granted;
    return { granted, waitMs: 0 };
  }

  /** What was taken and not sent. */
  giveBack(messages: number): void {
    if (this.#limit !== null) this.#tokens = Math.min(this.#limit, this.#tokens + messages);
  }

  observe(answers: number, throttled: number, now: number): void {
    if (answers === 0) return;
    this.#remember(answers, now);
    if (now - this.#steppedAt < stepMs) return;
    if (throttled >= answers * throttledShare && throttled > 0) this.#lower(now);
    else if (throttled === 0 && this.#limit !== null) this.#raise(this.#limit, now);
  }

  /** After an outage the rate climbs from low instead of coming back all at once. */
  rampFrom(perSecond: number, now: number): void {
    this.#setLimit(Math.min(this.#limit ?? perSecond, perSecond), now);
    this.#from = Math.max(this.#from, perSecond * 8);
  }

  #lower(now: number): void {
    const reached = Math.max(this.measured(now), leastPerSecond);
    const base = this.#limit === null ? reached : Math.min(this.#limit, Math.max(reached, this.#limit * lowered));
    this.#from = base;
    this.#setLimit(Math.max(leastPerSecond, base * lowered), now);
  }

  #raise(limit: number, now: number): void {
    if (limit * raised > this.#from * 2) {
      this.#limit = null;
      return;
    }
    this.#fill(now);
    this.#limit = limit * raised;
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

  #remember(messages: number, now: number): void {
    const last = this.#sent.at(-1);
    if (last && now - last.at < 250) last.messages += messages;
    else this.#sent = [...this.#sent.filter(({ at }) => at > now - windowMs), { at: now, messages }];
  }
}
