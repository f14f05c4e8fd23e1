/** How a repository in front of another one reads what is asked for with every call. */
export interface KeyedReads<V> {
  /** The value of a key; what `load` does not find is never kept. */
  get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined>;
  /** This process has written the key. */
  forget(key: string): void;
  /** This process has written, nobody says what. */
  clear(): void;
}

interface Reading<V> {
  readonly value: Promise<V | undefined>;
  /** Begins when this one is over, for all who ask meanwhile. */
  next?: Promise<V | undefined>;
}

/**
 * For a store that other processes write too: whoever asks gets a value whose reading began after the question, so that what was answered anywhere is
 * seen by the next call everywhere. Those who ask while a key is being read share the next reading: however many call, a key is read one at a time.
 */
export class FreshReads<V> implements KeyedReads<V> {
  readonly #readings = new Map<string, Reading<V>>();

  get(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const reading = this.#readings.get(key);
    if (!reading) return this.#begin(key, load);
    const begin = () => this.#begin(key, load);
    return (reading.next ??= reading.value.then(begin, begin));
  }

  forget(): void {
    // nothing is kept
  }

  clear(): void {
    // nothing is kept
  }

  #begin(key: string, load: () => Promise<V | undefined>): Promise<V | undefined> {
    const reading: Reading<V> = { value: load() };
    this.#readings.set(key, reading);
    const end = () => {
      if (this.#readings.get(key) === reading && !reading.next) this.#readings.delete(key);
    };
    reading.value.then(end, end);
    return reading.value;
  }
}
