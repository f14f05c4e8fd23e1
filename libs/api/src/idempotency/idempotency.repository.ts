export interface StoredAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What a request with an Idempotency-Key claimed. */
export interface IdempotencyClaim {
  /** `app:route:key`, the last two percent-encoded. */
  readonly id: string;
  /** SHA-256 of the canonical body. */
  readonly bodyHash: string;
  /** What every id that the request creates is derived from. */
  readonly seed: string;
  readonly expiresAt: number;
  /** What was answered, once the work was done. */
  readonly answer?: StoredAnswer;
}

export abstract class IdempotencyRepository {
  /**
   * Stores the claim unless its id is taken, and answers what is stored: this claim or the earlier one.
   * A claim that has expired by `now` counts as none.
   */
  abstract insertOnce(claim: IdempotencyClaim, now: number): Promise<IdempotencyClaim>;
  /** Keeps the answer of a claim; a claim with another seed (it expired and was made anew) stays as it is. */
  abstract saveAnswer(id: string, seed: string, answer: StoredAnswer): Promise<void>;
}
