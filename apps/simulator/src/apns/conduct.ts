import type { ApnsReason } from './answers.ts';
import { statusOf } from './answers.ts';

export type Measure = 'widen' | 'narrow' | 'disconnect';

interface Limits {
  /** Surplus of errors over successes at which the connection is held to one stream. */
  readonly errors: number;
  /** Surplus of BadDeviceToken over successes at which it is ended. */
  readonly badTokens: number;
}

/** Of every reason that is about key, token or certificate. */
const credentialRefused = 403;
const usual: Limits = { errors: 100, badTokens: 200 };

/**
 * How a connection's behaviour is rewarded: one stream until the first valid push, many afterwards, one again after a credential was refused (until the
 * next valid push) or after many errors, and none for who floods APNs with malformed tokens. 410 is never held against a sender. The numbers are ours:
 * Apple names none.
 */
export class Conduct {
  #isWide = false;
  #errors = 0;
  #badTokens = 0;

  constructor(private readonly limits = usual) {}

  accepted(): Measure | undefined {
    this.#errors = Math.max(0, this.#errors - 1);
    this.#badTokens = Math.max(0, this.#badTokens - 1);
    if (this.#isWide || this.#errors > this.limits.errors / 2) return undefined;
    this.#isWide = true;
    return 'widen';
  }

  refused(reason: ApnsReason): Measure | undefined {
    const status = statusOf(reason);
    if (status < 400 || status >= 500 || status === 410) return undefined;
    this.#errors = Math.min(this.#errors + 1, this.limits.errors);
    if (reason === 'BadDeviceToken') this.#badTokens += 1;
    if (this.#badTokens >= this.limits.badTokens) return 'disconnect';
    if (!this.#isWide || (status !== credentialRefused && this.#errors < this.limits.errors)) return undefined;
    this.#isWide = false;
    return 'narrow';
  }
}
