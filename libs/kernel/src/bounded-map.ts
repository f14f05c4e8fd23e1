interface Kept<V> {
  readonly value: V;
  readonly weight: number;
}

/** Keeps the values that were used last, up to a total weight; each weighs 1 unless said. What is heavier than all of it is not kept. */
export class BoundedMap<V> {
  readonly #kept = new Map<string, Kept<V>>();
  #weight = 0;

  constructor(private readonly limit: number) {}

  /** Using it makes it the newest. */
  get(key: string): V | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.value;
  }

  /** The newest last. */
  *values(): Generator<V> {
    for (const { value } of this.#kept.values()) yield value;
  }

  set(key: string, value: V, weight = 1): V {
    this.delete(key);
    if (weight > this.limit) return value;
    this.#kept.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.limit) break;
      this.delete(oldest);
    }
    return value;
  }

  delete(key: string): void {
    this.#weight -= this.#kept.get(key)?.weight ?? 0;
    this.#kept.delete(key);
  }

  /** Those used longest ago first. */
  keys(): IterableIterator<string> {
    return this.#kept.keys();
  }
}
