export interface RateLimit {
  readonly perSecond: number;
  /** Calls that may come at once after a pause. */
  readonly burst: number;
}

/** Counts calls by a name such as an address. It only protects the service; nothing is lost when it forgets. */
export abstract class RateLimiter {
  /** Takes one call; answers 0, or the milliseconds after which the next one would be taken (this one was not). */
  abstract take(name: string, limit: RateLimit): Promise<number>;
}
