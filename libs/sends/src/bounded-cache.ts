interface Cached<V> {
  readonly value: V;
  readonly weight: number;
}

/** Keeps the values used last, up to a total weight. Only for what never changes once it is stored. */
export class BoundedCache<V> {
  readonly #values = new Map<string, Cached<V>>();
  #weight = 0;

  constructor(private readonly limit: number) {}

  get(key: string): V | undefined {
    const cached = this.#values.get(key);
    if (!cached) return undefined;
    this.#values.delete(key);
    this.#values.set(key, cached);
    return cached.value;
  }

  set(key: string, value: V, weight: number): void {
    this.#drop(key);
    if (weight > this.limit) return;
    this.#values.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#values.keys()) {
      if (this.#weight <= this.limit) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#weight -= this.#values.get(key)?.weight ?? 0;
    this.#values.delete(key);
  }
}
