/** A set of small whole numbers (the positions of messages in a batch) as a bitmap; compact in documents and events. */
export class IndexSet {
  #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static empty(): IndexSet {
    return new IndexSet(new Uint8Array(0));
  }

  /** 0 … size-1. */
  static upTo(size: number): IndexSet {
    const bytes = new Uint8Array((size + 7) >> 3).fill(0xff);
    if ((size & 7) !== 0) bytes[bytes.length - 1] = (1 << (size & 7)) - 1;
    return new IndexSet(bytes);
  }

  static of(indexes: Iterable<number>): IndexSet {
    const set = IndexSet.empty();
    for (const index of indexes) set.add(index);
    return set;
  }

  /** Reads what `toString` wrote: base64 of the bitmap, least significant bit of the first byte first. */
  static parse(text: string): IndexSet {
    return new IndexSet(new Uint8Array(Buffer.from(text, 'base64')));
  }

  /** Reads what `toBytes` gave. */
  static fromBytes(bytes: Uint8Array): IndexSet {
    return new IndexSet(Uint8Array.from(bytes));
  }

  add(index: number): void {
    const byte = index >> 3;
    if (byte >= this.#bytes.length) {
      const grown = new Uint8Array(Math.max(byte + 1, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[byte] = (this.#bytes[byte] ?? 0) | (1 << (index & 7));
  }

  has(index: number): boolean {
    return ((this.#bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  get size(): number {
    let count = 0;
    for (let bits of this.#bytes) for (; bits !== 0; bits &= bits - 1) count += 1;
    return count;
  }

  get isEmpty(): boolean {
    return this.#bytes.every((bits) => bits === 0);
  }

  union(other: IndexSet): IndexSet {
    const [long, short] = this.#bytes.length >= other.#bytes.length ? [this.#bytes, other.#bytes] : [other.#bytes, this.#bytes];
    const bytes = long.slice();
    for (let at = 0; at < short.length; at += 1) bytes[at] = (bytes[at] ?? 0) | (short[at] ?? 0);
    return new IndexSet(bytes);
  }

  minus(other: IndexSet): IndexSet {
    const bytes = this.#bytes.slice();
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) & ~(other.#bytes[at] ?? 0);
    return new IndexSet(bytes);
  }

  intersect(other: IndexSet): IndexSet {
    const bytes = this.#bytes.slice();
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] ?? 0) & (other.#bytes[at] ?? 0);
    return new IndexSet(bytes);
  }

  /** In ascending order; the first of them, where there are more than `most`. */
  toArray(most = Infinity): number[] {
    const indexes: number[] = [];
    for (let at = 0; at < this.#bytes.length; at += 1) {
      const bits = this.#bytes[at] ?? 0;
      for (let bit = 0; bits >> bit !== 0; bit += 1) {
        if ((bits & (1 << bit)) === 0) continue;
        if (indexes.length >= most) return indexes;
        indexes.push(at * 8 + bit);
      }
    }
    return indexes;
  }

  /** In ascending order; of the set as it is now. */
  [Symbol.iterator](): Iterator<number> {
    return this.toArray().values();
  }

  /** The lowest; undefined where there is none. */
  get first(): number | undefined {
    return this.toArray(1)[0];
  }

  /** The bitmap, least significant bit of the first byte first, without zeros at the end; of the same memory as the set. */
  toBytes(): Buffer {
    let end = this.#bytes.length;
    while (end > 0 && this.#bytes[end - 1] === 0) end -= 1;
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset, end);
  }

  toString(): string {
    return this.toBytes().toString('base64');
  }

  toJSON(): string {
    return this.toString();
  }
}
