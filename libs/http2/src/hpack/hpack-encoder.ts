import { staticFields, staticIndexOf, staticIndexOfName } from './static-table.ts';

const tableBytes = 4_096;
const fieldOverheadBytes = 32;
const scratch = Buffer.allocUnsafeSlow(65_536);
/** First byte of each form; how many bits of it are free for a number (RFC 7541 section 6). */
const indexed = 0x80;
const indexedBits = 7;
const remembered = 0x40;
const rememberedBits = 6;
const resize = 0x20;
const resizeBits = 5;
const secret = 0x10;
const plain = 0x00;
const literalBits = 4;
const textBits = 7;

/** Fields as bytes, good as long as the table has seen no more fields than when they were written. */
interface Block {
  readonly remembered: number;
  readonly bytes: Buffer;
  /** The value of the secret field at its end. */
  readonly secret: string | undefined;
}

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
  #into: Buffer = scratch;
  #at = 0;
  /** Of shared fields that the table has, all of them. */
  #blocks = new WeakMap<readonly string[], Block>();

  /** SETTINGS_HEADER_TABLE_SIZE of the other end. */
  limit(bytes: number): void {
    const most = Math.min(bytes, tableBytes);
    if (most === this.#maxBytes) return;
    this.#minBytes = this.#isResized ? Math.min(this.#minBytes, most) : most;
    this.#maxBytes = most;
    this.#isResized = true;
    this.#evict(most);
  }

  /** `into` has room for the block, whose end is `at` afterwards; the encoder's own buffer unless given. */
  begin(into: Buffer = scratch, at = 0): void {
    this.#into = into;
    this.#at = at;
    if (!this.#isResized) return;
    this.#isResized = false;
    if (this.#minBytes < this.#maxBytes) this.#integer(resize, resizeBits, this.#minBytes);
    this.#integer(resize, resizeBits, this.#maxBytes);
  }

  /** Where the next field goes. */
  get at(): number {
    return this.#at;
  }

  /**
   * Fields, names and values in turn, that many blocks of this connection have; and after them, where given, a field that is a secret and that they have as
   * well: it stays out of tables, and is only copied. Cheapest with the very same array and value again.
   */
  shared(fields: readonly string[], secretName?: string, secretValue?: string): void {
    const start = this.#at;
    const block = this.#blocks.get(fields);
    if (block?.remembered === this.#remembered && block.secret === secretValue) {
      this.#room(block.bytes.length);
      this.#at += block.bytes.copy(this.#into, start);
      return;
    }
    const before = this.#remembered;
    for (let at = 0; at < fields.length; at += 2) this.#sharedField(fields[at] ?? '', fields[at + 1] ?? '');
    if (secretName !== undefined) this.secret(secretName, secretValue ?? '');
    if (before !== this.#remembered) return;
    this.#blocks.set(fields, { remembered: before, bytes: Buffer.from(this.#into.subarray(start, this.#at)), secret: secretValue });
  }

  /** A field that no other block will have. */
  plain(name: string, value: string): void {
    this.#literal(plain, literalBits, name, value);
  }

  /** A field that nobody on the way may remember, either (section 7.1.3). */
  secret(name: string, value: string): void {
    this.#literal(secret, literalBits, name, value);
  }

  /** The block, of the encoder's own buffer; valid until the next one begins. */
  end(): Buffer {
    return this.#into.subarray(0, this.#at);
  }

  #sharedField(name: string, value: string): void {
    const index = staticIndexOf(name, value);
    if (index > 0) {
      this.#integer(indexed, indexedBits, index);
      return;
    }
    const key = `${name}\0${value}`;
    const known = this.#known.get(key);
    if (known !== undefined) this.#integer(indexed, indexedBits, staticFields + this.#remembered - known);
    else if (this.#remember(key, name.length + value.length + fieldOverheadBytes)) this.#literal(remembered, rememberedBits, name, value);
    else this.#literal(plain, literalBits, name, value);
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

  #literal(form: number, bits: number, name: string, value: string): void {
    const index = staticIndexOfName(name);
    this.#integer(form, bits, index);
    if (index === 0) this.#string(name);
    this.#string(value);
  }

  #string(value: string): void {
    const { length } = value;
    this.#room(length + 5);
    this.#integer(0, textBits, length);
    this.#at += this.#into.write(value, this.#at, 'latin1');
  }

  #integer(first: number, bits: number, value: number): void {
    this.#room(6);
    const most = (1 << bits) - 1;
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
    this.#into[this.#at] = byte;
    this.#at += 1;
  }

  #room(bytes: number): void {
    if (this.#at + bytes > this.#into.length) throw new RangeError('a header block is longer than 64 KiB');
  }
}
