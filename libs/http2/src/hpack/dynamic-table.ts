/** What a field takes of a table beside its bytes (RFC 7541 section 4.1). */
const overheadBytes = 32;

/** The fields that a decoder was told to remember, the newest first (RFC 7541 section 2.3.2). */
export class DynamicTable {
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  #oldest = 0;
  #bytes = 0;
  #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#names.length - this.#oldest;
  }

  /** Of the field that came `age` fields before the newest. */
  name(age: number): string {
    return this.#names[this.#names.length - 1 - age] ?? '';
  }

  value(age: number): string {
    return this.#values[this.#values.length - 1 - age] ?? '';
  }

  /** A field larger than the table empties it. */
  add(name: string, value: string): void {
    const bytes = name.length + value.length + overheadBytes;
    this.#evict(this.#maxBytes - bytes);
    if (bytes > this.#maxBytes) return;
    this.#names.push(name);
    this.#values.push(value);
    this.#bytes += bytes;
  }

  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evict(maxBytes);
  }

  #evict(toBytes: number): void {
    while (this.length > 0 && this.#bytes > toBytes) {
      this.#bytes -= (this.#names[this.#oldest]?.length ?? 0) + (this.#values[this.#oldest]?.length ?? 0) + overheadBytes;
      this.#oldest += 1;
    }
    if (this.#oldest < 256 && this.length > 0) return;
    this.#names.splice(0, this.#oldest);
    this.#values.splice(0, this.#oldest);
    this.#oldest = 0;
  }
}
