import type { Clock } from '#libs/kernel';
import type { KeyedReads } from './fresh-reads.ts';

interface Entry<V> {
  readonly value: V;
  readonly until: number;
}

/**
 * For a store that this process alone writes: keeps what was read for a moment, so that a call costs no look-up of its app and key. What is
 * written is forgotten at once.
 */
export class ShortCache<V> implements KeyedReads<V> {
  readonly #entries = new Map<string, Entry<V>>();
  #generation = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ttlMs = 1_000,
    private readonly capacity = 10_000,
  ) {}

  /** The value of a key; what `load` does not find is asked for again each time. */
  async get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const entry = this.#entries.get(key);
    if (entry && entry.until > this.clock.now()) return entry.value;
    const generation = this.#generation;
    const value = await load();
    // A write while we were reading may have made this value old.
    if (value !== undefined && generation === this.#generation) this.#keep(key, value);
    return value;
  }

  forget(key: string): void {
    this.#generation += 1;
    this.#entries.delete(key);
  }

  clear(): void {
    this.#generation += 1;
    this.#entries.clear();
  }

  #keep(key: string, value: V): void {
    this.#entries.delete(key);
    const oldest = this.#entries.size >= this.capacity ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(key, { value, until: this.clock.now() + this.ttlMs });
  }
}
