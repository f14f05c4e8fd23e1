import type { Clock } from '#libs/kernel';
import { RateLimiter, type RateLimit } from './rate-limiter.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets of this process. A name that was not heard of for long is forgotten, which gives it a full bucket. */
export class MemoryRateLimiter extends RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    private readonly clock: Clock,
    private readonly capacity = 100_000,
  ) {
    super();
  }

  async take(name: string, { perSecond, burst }: RateLimit): Promise<number> {
    const now = this.clock.now();
    const bucket = this.#buckets.get(name) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    this.#keep(name, bucket);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) / perSecond) * 1_000);
    bucket.tokens -= 1;
    return 0;
  }

  /** Most recently heard of at the end, so that the first one is the one to forget. */
  #keep(name: string, bucket: Bucket): void {
    this.#buckets.delete(name);
    const oldest = this.#buckets.size >= this.capacity ? this.#buckets.keys().next().value : undefined;
    if (oldest !== undefined) this.#buckets.delete(oldest);
    this.#buckets.set(name, bucket);
  }
}
