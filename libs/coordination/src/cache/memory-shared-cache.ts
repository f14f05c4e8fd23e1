import type { Clock } from '#libs/kernel';
import { SharedCache, type CachedValue } from './shared-cache.ts';

interface Kept {
  readonly until: number;
  readonly value: Promise<unknown>;
}

const maxValues = 1_000;

/** For one process: the values asked for last, at most 1,000. */
export class MemorySharedCache extends SharedCache {
  readonly #kept = new Map<string, Kept>();

  constructor(private readonly clock: Clock) {
    super();
  }

  async of<T>(name: string, { forMs, make }: CachedValue<T>): Promise<T> {
    const kept = this.#kept.get(name);
    this.#kept.delete(name);
    const isFresh = kept !== undefined && this.clock.now() < kept.until;
    const now = isFresh ? kept : { until: this.clock.now() + forMs, value: make() };
    this.#kept.set(name, now); // as the last one used
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxValues && oldest !== undefined) this.#kept.delete(oldest);
    if (!isFresh) this.#forgetFailed(name, now);
    return now.value as Promise<T>;
  }

  #forgetFailed(name: string, kept: Kept): void {
    kept.value.catch(() => {
      if (this.#kept.get(name) === kept) this.#kept.delete(name);
    });
  }
}
