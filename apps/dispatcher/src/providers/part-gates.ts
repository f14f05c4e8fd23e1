import { BoundedMap } from '#libs/kernel';
import type { Outcome } from './outcome.ts';

interface Refused {
  refusals: number;
  reason: string;
  pausedUntil: number;
}

const maxParts = 1_000;
/** One refusal may be about one address (providers.md 0.3). */
const enoughRefusals = 2;
const pauseMs = 30_000;

/**
 * What a provider refuses an account for a part of its addresses only: a push service that does not take the signature, a platform whose key is wrong at FCM. That
 * part is left alone for half a minute at a time; the credential goes on with all others.
 */
export class PartGates {
  readonly #parts = new BoundedMap<Refused>(maxParts);
  #isAnyKnown = false;

  /** What the provider said to a message of that part. `now`: ms. */
  observe(account: string, part: string, outcome: Outcome, now: number): void {
    const isRefusal = outcome.kind === 'credentials_bad' && outcome.scope === 'part';
    if (!isRefusal && !this.#isAnyKnown) return;
    const name = `${account} ${part}`;
    if (!isRefusal) {
      if (outcome.kind === 'accepted') this.#parts.delete(name);
      return;
    }
    this.#isAnyKnown = true;
    const refusals = (this.#parts.get(name)?.refusals ?? 0) + 1;
    this.#parts.set(name, { refusals, reason: outcome.reason, pausedUntil: refusals < enoughRefusals ? 0 : now + pauseMs });
  }

  lift(account: string, part: string): void {
    this.#parts.delete(`${account} ${part}`);
  }

  /** Why a part is not asked now, and how long; undefined where it is. */
  obstacle(account: string, part: string, now: number): Outcome | undefined {
    const known = this.#isAnyKnown ? this.#parts.get(`${account} ${part}`) : undefined;
    if (!known || known.pausedUntil <= now) return undefined;
    return { kind: 'retry_later', reason: known.reason, faultOf: 'provider', afterMs: known.pausedUntil - now };
  }
}
