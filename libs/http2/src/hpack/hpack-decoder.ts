import { ConnectionError } from '../connection-error.ts';
import { errorCode } from '../protocol.ts';
import { DynamicTable } from './dynamic-table.ts';
import { readHuffman } from './huffman.ts';
import { plainStatus } from './plain-status.ts';
import { staticFields, staticName, staticValue } from './static-table.ts';

const tableBytes = 4_096;
/** Of all fields of a block, decoded (SETTINGS_MAX_HEADER_LIST_SIZE). */
export const maxListBytes = 65_536;
const fieldOverheadBytes = 32;
const maxInteger = 2 ** 28;
/** Of a value, with its length: what is shorter is quicker read than looked up. */
const longBytes = 64;
const text = Buffer.allocUnsafeSlow(maxListBytes * 2);

/** Reads header blocks (RFC 7541). Every block of a connection has to go through its decoder, wanted or not: each may change the table. */
export class HpackDecoder {
  readonly #table = new DynamicTable(tableBytes);
  #bytes: Buffer = text;
  #at = 0;
  #end = 0;
  #listBytes = 0;
  /** The long value that was never to be remembered and came last: a client's credential is in each of its requests. */
  #secretBytes = Buffer.alloc(0);
  #secretText = '';

  /** Names and values in turn, as Latin-1. Throws ConnectionError. */
  decode(bytes: Buffer, start: number, end: number): string[] {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    this.#listBytes = 0;
    const fields: string[] = [];
    while (this.#at < end) this.#field(fields);
    return fields;
  }

  /** The status of a block that need not be decoded, because the decoder would be the same after it; 0 for one that has to be. */
  statusOf(bytes: Buffer, start: number, end: number): number {
    return plainStatus(bytes, start, end, this.#table.length);
  }

  #field(fields: string[]): void {
    const first = this.#bytes[this.#at] ?? 0;
    if (first >= 0x80) this.#indexed(fields);
    else if (first >= 0x40) this.#literal(fields, 6, true);
    else if (first >= 0x20) this.#resize(fields);
    else if (first >= 0x10) this.#secret(fields);
    else this.#literal(fields, 4, false);
  }

  #indexed(fields: string[]): void {
    const index = this.#integer(7);
    this.#add(fields, this.#name(index), this.#value(index));
  }

  #literal(fields: string[], bits: number, isRemembered: boolean): void {
    const index = this.#integer(bits);
    const name = index === 0 ? this.#string() : this.#name(index);
    const value = this.#string();
    if (isRemembered) this.#table.add(name, value);
    this.#add(fields, name, value);
  }

  #secret(fields: string[]): void {
    const index = this.#integer(4);
    const name = index === 0 ? this.#string() : this.#name(index);
    const start = this.#at;
    const { length } = this.#secretBytes;
    if (length > 0 && this.#end - start >= length && this.#bytes.compare(this.#secretBytes, 0, length, start, start + length) === 0) {
      this.#at = start + length;
      this.#add(fields, name, this.#secretText);
      return;
    }
    const value = this.#string();
    if (this.#at - start >= longBytes) {
      this.#secretBytes = Buffer.from(this.#bytes.subarray(start, this.#at));
      this.#secretText = value;
    }
    this.#add(fields, name, value);
  }

  /** Only at the beginning of a block, and never above what SETTINGS allow (section 4.2). */
  #resize(fields: string[]): void {
    const size = this.#integer(5);
    if (size > tableBytes || fields.length > 0) throw broken('a table is resized as it may not be');
    this.#table.resize(size);
  }

  #add(fields: string[], name: string, value: string): void {
    this.#listBytes += name.length + value.length + fieldOverheadBytes;
    if (this.#listBytes > maxListBytes) throw new ConnectionError(errorCode.enhanceYourCalm, 'headers are too long');
    fields.push(name, value);
  }

  #name(index: number): string {
    if (index === 0 || index > staticFields + this.#table.length) throw broken('a header has a number that none has');
    return index <= staticFields ? staticName(index) : this.#table.name(index - staticFields - 1);
  }

  #value(index: number): string {
    return index <= staticFields ? staticValue(index) : this.#table.value(index - staticFields - 1);
  }

  /** Section 5.1. */
  #integer(bits: number): number {
    const most = 2 ** bits - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (value > maxInteger) throw broken('a number is too large');
      if (byte < 128) return value;
      if (factor > maxInteger) throw broken('a number is too long');
    }
  }

  /** Section 5.2. */
  #string(): string {
    const isCoded = (this.#bytes[this.#at] ?? 0) >= 128;
    const length = this.#integer(7);
    const start = this.#at;
    if (length > this.#end - start) throw broken('a header block ends in the middle of a text');
    if (length > maxListBytes) throw new ConnectionError(errorCode.enhanceYourCalm, 'headers are too long');
    this.#at = start + length;
    if (!isCoded) return this.#bytes.toString('latin1', start, this.#at);
    return text.toString('latin1', 0, readHuffman(this.#bytes, start, this.#at, text));
  }

  #byte(): number {
    if (this.#at >= this.#end) throw broken('a header block ends in the middle of a field');
    const byte = this.#bytes[this.#at] ?? 0;
    this.#at += 1;
    return byte;
  }
}

function broken(message: string): ConnectionError {
  return new ConnectionError(errorCode.compression, message);
}
