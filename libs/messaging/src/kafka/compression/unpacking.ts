/** Bytes that the records of one batch may unpack to. Kafka's own producers pack at most one megabyte at a time. */
export const MOST_UNPACKED = 67_108_864;

/** What came is not in the form that its batch names, or unpacks to more than `MOST_UNPACKED`. */
export class Unpackable extends Error {}

/** Bytes that are being unpacked: what is written may be copied from what was written before. */
export class Unpacking {
  #bytes: Buffer;
  #length = 0;

  constructor(
    expected: number,
    private readonly most: number = MOST_UNPACKED,
  ) {
    this.#bytes = Buffer.allocUnsafe(Math.min(expected, most));
  }

  /** Throws Unpackable when there is less. */
  append(source: Uint8Array, from: number, length: number): void {
    if (from + length > source.length) throw new Unpackable('It ends too early');
    this.#reserve(length);
    this.#bytes.set(source.subarray(from, from + length), this.#length);
    this.#length += length;
  }

  /** Repeats what stands so far back; it may reach into what it writes itself. Throws Unpackable. */
  repeat(back: number, length: number): void {
    if (back < 1 || back > this.#length) throw new Unpackable('It repeats what is not there');
    this.#reserve(length);
    const bytes = this.#bytes;
    let at = this.#length;
    this.#length += length;
    if (back >= length) bytes.copyWithin(at, at - back, at - back + length);
    else for (; at < this.#length; at += 1) bytes[at] = bytes[at - back] ?? 0;
  }

  get result(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed > this.most) throw new Unpackable(`It unpacks to more than ${this.most} bytes`);
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.min(this.most, Math.max(needed, this.#bytes.length * 2)));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
