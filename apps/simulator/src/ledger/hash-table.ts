const words = 3; // two halves of the key, and the value
const firstSlots = 1 << 6;
const shards = 256;

/**
 * Small numbers by 64-bit hash in flat memory: 12 bytes a slot instead of an object and a string each. Two keys are taken for one with a chance of
 * about n²/2⁶⁵. Remembers about the newest `atLeast` keys and at most twice as many: when full, the older generation is forgotten.
 */
export class HashTable {
  readonly #shards: Shard[];

  constructor(atLeast = 4_000_000) {
    // Many small tables, so that growing one never holds up the event loop.
    this.#shards = Array.from({ length: shards }, () => new Shard(Math.ceil(atLeast / shards)));
  }

  /** The value of the key, 0 if there is none. */
  get(high: number, low: number): number {
    return this.#shardOf(high).get(high, low);
  }

  /** `value` is 1 to 4,294,967,295. */
  set(high: number, low: number, value: number): void {
    this.#shardOf(high).set(high, low, value);
  }

  /** Sets the value of a key that has none, and answers the one that it had: 0 if there was none. */
  putNew(high: number, low: number, value: number): number {
    return this.#shardOf(high).putNew(high, low, value);
  }

  /** Adds one to the value of the key and answers what it was before. */
  count(high: number, low: number): number {
    const shard = this.#shardOf(high);
    const before = shard.putNew(high, low, 1);
    if (before !== 0) shard.set(high, low, before + 1);
    return before;
  }

  clear(): void {
    for (const shard of this.#shards) shard.clear();
  }

  #shardOf(high: number): Shard {
    const shard = this.#shards[high >>> 24];
    if (!shard) throw new RangeError('The high half of a hash is an unsigned 32-bit number');
    return shard;
  }
}

class Shard {
  #young = new Generation();
  #old = new Generation();

  constructor(private readonly atLeast: number) {}

  get(high: number, low: number): number {
    return this.#young.get(high, low) || this.#old.get(high, low);
  }

  putNew(high: number, low: number, value: number): number {
    const old = this.#old.size === 0 ? 0 : this.#old.get(high, low);
    if (old !== 0) return this.#young.get(high, low) || old;
    if (this.#young.size < this.atLeast) return this.#young.putNew(high, low, value);
    const young = this.#young.get(high, low);
    if (young === 0) this.set(high, low, value);
    return young;
  }

  set(high: number, low: number, value: number): void {
    if (this.#young.size >= this.atLeast) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.set(high, low, value);
  }

  clear(): void {
    this.#young = new Generation();
    this.#old = new Generation();
  }
}

/** Open addressing with linear probing; at most half full. A value of 0 marks a free slot. */
class Generation {
  size = 0;
  #cells = new Uint32Array(firstSlots * words);

  get(high: number, low: number): number {
    return this.#cells[find(this.#cells, high, low) + 2] ?? 0;
  }

  putNew(high: number, low: number, value: number): number {
    const at = find(this.#cells, high, low);
    const before = this.#cells[at + 2] ?? 0;
    if (before !== 0) return before;
    put(this.#cells, at, high, low, value);
    this.#added();
    return 0;
  }

  set(high: number, low: number, value: number): void {
    const at = find(this.#cells, high, low);
    const isNew = this.#cells[at + 2] === 0;
    put(this.#cells, at, high, low, value);
    if (isNew) this.#added();
  }

  #added(): void {
    this.size += 1;
    if (this.size * words * 2 > this.#cells.length) this.#grow();
  }

  #grow(): void {
    const cells = this.#cells;
    const wider = new Uint32Array(cells.length * 2);
    for (let at = 0; at < cells.length; at += words) {
      const high = cells[at] ?? 0;
      const low = cells[at + 1] ?? 0;
      const value = cells[at + 2] ?? 0;
      if (value !== 0) put(wider, find(wider, high, low), high, low, value);
    }
    this.#cells = wider;
  }
}

/** Where the key is, or the free cell where it belongs. */
function find(cells: Uint32Array, high: number, low: number): number {
  const mask = cells.length / words - 1;
  let slot = low & mask;
  while (cells[slot * words + 2] !== 0 && (cells[slot * words] !== high || cells[slot * words + 1] !== low)) slot = (slot + 1) & mask;
  return slot * words;
}

function put(cells: Uint32Array, at: number, high: number, low: number, value: number): void {
  cells[at] = high;
  cells[at + 1] = low;
  cells[at + 2] = value;
}
