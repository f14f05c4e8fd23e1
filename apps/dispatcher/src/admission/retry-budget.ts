import type { Lane } from '#libs/kernel';

/** Of all messages that go to a provider, those that were tried before may be so many (providers.md 9). */
export const RETRY_SHARE = 0.1;
/** Where little else goes there may be so many: what an outage left behind has to end some time. */
export const RETRIES_PER_SECOND = 100;
/** Retries that may go at once after a time with few. */
const burst = RETRIES_PER_SECOND * 10;
/** Fewer are not worth a round. */
const worthwhile = 50;

/**
 * Keeps the repeats of one app at one provider to a tenth of what goes there, so that a provider in trouble is not kept there by what it did not take. Bulk
 * waits for its turn; transactional messages never wait, and bulk pays for them.
 */
export class RetryBudget {
  #left = burst;
  #filledAt: number | undefined;

  /** How many of `wanted` repeats may go now. */
  affordable(lane: Lane, wanted: number, now: number): number {
    this.#fill(now);
    if (lane === 'transactional') return wanted;
    return this.#left < Math.min(wanted, worthwhile) ? 0 : Math.min(wanted, Math.floor(this.#left));
  }

  /** How long until `wanted` repeats, or as many as may go at once, are affordable if nothing else goes, ms. */
  waitMs(wanted: number): number {
    return Math.max(0, Math.ceil(((Math.min(wanted, burst) - this.#left) / RETRIES_PER_SECOND) * 1_000));
  }

  sent(messages: number, areRetries: boolean, now: number): void {
    this.#fill(now);
    this.#left = areRetries ? Math.max(this.#left - messages, -burst) : Math.min(burst, this.#left + messages * RETRY_SHARE);
  }

  #fill(now: number): void {
    const passed = Math.max(0, now - (this.#filledAt ?? now));
    this.#left = Math.min(burst, this.#left + (passed / 1_000) * RETRIES_PER_SECOND);
    this.#filledAt = now;
  }
}
