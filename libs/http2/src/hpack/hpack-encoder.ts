import { staticFields, staticIndexOf, staticIndexOfName } from './static-table.ts';

const tableBytes = 4_096;
const fieldOverheadBytes = 32;
const scratch = Buffer.allocUnsafeSlow(65_536);
/** First byte and bits of the index in it (RFC 7541 section 6). */
const forms = {
  indexed: [0x80, 7],
  remembered: [0x40, 6],
  resize: [0x20, 5],
  secret: [0x10, 4],
  plain: [0x00, 4],
  text: [0x00, 7],
} as const;

/**
 * Writes header blocks (RFC 7541): `begin`, one call for each field in its order, `end`. A block that was begun has to be sent, and before the next: it may
 * change the table. Texts are written as Latin-1 and never Huffman-coded: shorter on the wire, longer in the making.
 */
export class HpackEncoder {
  /** By name and value, of what the table has: the how-manieth field it was. */
  readonly #known = new Map<string, number>();
  readonly #sizes: number[] = [];
  #remembered = 0;
  #bytes = 0;
  #maxBytes = tableBytes;
  /** The least that the table was limited to since the last block. */
  #minBytes = tableBytes;
  #isResized = false;
  #at = 0;
  /** Of shared fields that the table has, all of them: the bytes, and how many fields the table had seen when they were written. */
  #blocks = new WeakMap<readonly string[], { readonly remembered: number; readonly bytes: Buffer }>();

  /** SETTINGS_HEADER_TABLE_SIZE of the other end. */
  limit(bytes: number): void {
    const most = Math.min(bytes, tableBytes);
    if (most === this.#maxBytes) return;
    this.#minBytes = this.#isResized ? Math.min(this.#minBytes, most) : most;
    this.#maxBytes = most;
    this.#isResized = true;
    this.#evict(most);
  }

  begin(): void {
    this.#at = 0;
    if (!this.#isResized) return;
    this.#isResized = false;
    if (this.#minBytes < this.#maxBytes) this.#integer(forms.resize, this.#minBytes);
    this.#integer(forms.resize, this.#maxBytes);
  }

  /** Fields, names and values in turn, that many blocks of this connection have. Cheapest with the very same array again. */
  shared(fields: readonly string[]): void {
    const start = this.#at;
    const block = this.#blocks.get(fields);
    if (block?.remembered === this.#remembered) {
      this.#room(block.bytes.length);
      this.#at += block.bytes.copy(scratch, start);
      return;
    }
    const before = this.#remembered;
    for (let at = 0; at < fields.length; at += 2) this.#sharedField(fields[at] ?? '', fields[at + 1] ?? '');
    if (before === this.#remembered)
      this.#blocks.set(fields, { remembered: before, bytes: Buffer.from(scratch.subarray(start, this.#at)) });
  }

  /** A field that no other block will have. */
  plain(name: string, value: string): void {
    this.#literal(forms.plain, name, value);
  }

  /** A field that nobody on the way may remember, either (section 7.1.3). */
  secret(name: string, value: string): void {
    this.#literal(forms.secret, name, value);
  }

  /** The block; valid until the next one begins. */
  end(): Buffer {
    return scratch.subarray(0, this.#at);
  }

  #sharedField(name: string, value: string): void {
    const index = staticIndexOf(name, value);
    if (index > 0) {
      this.#integer(forms.indexed, index);
      return;
    }
    const key = `${name}\0${value}`;
    const known = this.#known.get(key);
    if (known !== undefined) this.#integer(forms.indexed, staticFields + this.#remembered - known);
    else if (this.#remember(key, name.length + value.length + fieldOverheadBytes)) this.#literal(forms.remembered, name, value);
    else this.#literal(forms.plain, name, value);
  }

  #remember(key: string, bytes: number): boolean {
    if (bytes > this.#maxBytes) return false;
    this.#evict(this.#maxBytes - bytes);
    this.#known.set(key, this.#remembered);
    this.#sizes.push(bytes);
    this.#remembered += 1;
    this.#bytes += bytes;
    return true;
  }

  /** A map yields its keys in the order of their coming. */
  #evict(toBytes: number): void {
    if (this.#bytes <= toBytes) return;
    this.#blocks = new WeakMap();
    for (const key of this.#known.keys()) {
      this.#known.delete(key);
      this.#bytes -= this.#sizes.shift() ?? 0;
      if (this.#bytes <= toBytes) return;
    }
  }

  #literal(form: readonly [number, number], name: string, value: string): void {
    const index = staticIndexOfName(name);
    this.#integer(form, index);
    if (index === 0) this.#string(name);
    this.#string(value);
  }

  #string(value: string): void {
    this.#room(value.length + 5);
    this.#integer(forms.text, value.length);
    this.#at += scratch.write(value, this.#at, 'latin1');
  }

  #integer([first, bits]: readonly [number, number], value: number): void {
    this.#room(6);
    const most = 2 ** bits - 1;
    if (value < most) {
      this.#put(first | value);
      return;
    }
    this.#put(first | most);
    let rest = value - most;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#put((rest % 128) + 128);
    this.#put(rest);
  }

  #put(byte: number): void {
    scratch[this.#at] = byte;
    this.#at += 1;
  }

  #room(bytes: number): void {
    if (this.#at + bytes > scratch.length) throw new RangeError('a header block is longer than 64 KiB');
  }
}
