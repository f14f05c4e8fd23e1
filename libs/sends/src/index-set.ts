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
    const set = new IndexSet(new Uint8Array((size + 7) >> 3));
    for (let index = 0; index < size; index += 1) set.add(index);
    return set;
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
    const bytes = Uint8Array.from(long);
    for (const [at, bits] of short.entries()) bytes[at] = (bytes[at] ?? 0) | bits;
    return new IndexSet(bytes);
  }

  minus(other: IndexSet): IndexSet {
    return new IndexSet(this.#bytes.map((bits, at) => bits & ~(other.#bytes[at] ?? 0)));
  }

  intersect(other: IndexSet): IndexSet {
    return new IndexSet(this.#bytes.map((bits, at) => bits & (other.#bytes[at] ?? 0)));
  }

  /** In ascending order. */
  *[Symbol.iterator](): Iterator<number> {
    for (const [at, bits] of this.#bytes.entries()) {
      if (bits === 0) continue;
      for (let bit = 0; bit < 8; bit += 1) if (bits & (1 << bit)) yield at * 8 + bit;
    }
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
