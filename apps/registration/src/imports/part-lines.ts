/** A record of a file as it stands there. */
export interface RawRecord {
  /** Its first line, counted from 1; of an array, the number of the object. */
  readonly line: number;
  /** Up to which line the file is read with it. */
  readonly lastLine: number;
  /** Where the next one begins, in bytes. */
  readonly end: number;
  /** Undefined: longer than any record may be. */
  readonly bytes: Buffer | undefined;
}

/** Where reading goes on. */
export interface PartPlace {
  readonly offset: number;
  /** Lines before it. */
  readonly line: number;
}

const maxRecord = 1_048_576;
const newLine = 10;
const quote = 34;
const open = 123;
const close = 125;
const backslash = 92;

/** `lines`: one a line. `csv`: line ends between quotes are part of a record. `array`: objects of one array of JSON, wherever lines end. */
export type PartShape = 'lines' | 'csv' | 'array';

/**
 * The records of a file one after the other, from a place on; empty ones are passed over. Memory is that of the longest record, and no more than 1 MiB of it:
 * one that is longer comes without its bytes.
 */
export async function* recordsOf(bytes: AsyncIterable<Buffer>, shape: PartShape, from: PartPlace): AsyncGenerator<RawRecord> {
  const scan = new Scan(shape, from);
  for await (const piece of bytes) yield* scan.take(piece);
  yield* scan.rest();
}

class Scan {
  #gathered: Buffer[] = [];
  #length = 0;
  #offset: number;
  #line: number;
  #firstLine: number;
  #isQuoted = false;
  #isEscaped = false;
  #depth = 0;

  constructor(
    private readonly shape: PartShape,
    { offset, line }: PartPlace,
  ) {
    this.#offset = offset;
    this.#line = line;
    this.#firstLine = line + 1;
  }

  *take(piece: Buffer): Generator<RawRecord> {
    if (this.shape === 'array') yield* this.#objects(piece);
    else yield* this.#lines(piece);
  }

  *rest(): Generator<RawRecord> {
    if (this.shape === 'array' || this.#length === 0) return;
    this.#line += 1;
    yield* this.#finish();
  }

  *#lines(piece: Buffer): Generator<RawRecord> {
    let start = 0;
    for (let at = piece.indexOf(newLine); at !== -1; at = piece.indexOf(newLine, at + 1)) {
      this.#line += 1;
      if (this.shape === 'csv' && this.#isInQuotes(piece, start, at)) {
        this.#gather(piece.subarray(start, at + 1));
        start = at + 1;
        continue;
      }
      this.#gather(piece.subarray(start, at + 1));
      start = at + 1;
      yield* this.#finish();
    }
    if (this.shape === 'csv') this.#isInQuotes(piece, start, piece.length);
    this.#gather(piece.subarray(start));
  }

  /** Whether a place lies between quotes; a doubled one opens what it has closed. */
  #isInQuotes(piece: Buffer, from: number, to: number): boolean {
    for (let at = piece.indexOf(quote, from); at !== -1 && at < to; at = piece.indexOf(quote, at + 1)) this.#isQuoted = !this.#isQuoted;
    return this.#isQuoted;
  }

  *#objects(piece: Buffer): Generator<RawRecord> {
    let start = 0;
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#isQuoted) {
        if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#isQuoted = false;
      } else if (byte === quote) this.#isQuoted = true;
      else if (byte === open) {
        if (this.#depth === 0) {
          this.#offset += at - start; // what stands between two objects belongs to neither
          start = at;
        }
        this.#depth += 1;
      } else if (byte === close && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#gather(piece.subarray(start, at + 1));
        start = at + 1;
        this.#line += 1;
        yield* this.#finish();
      }
    }
    if (this.#depth > 0) this.#gather(piece.subarray(start));
    else this.#offset += piece.length - start;
  }

  #gather(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length <= maxRecord) this.#gathered.push(bytes);
    else this.#gathered = [];
  }

  *#finish(): Generator<RawRecord> {
    const isTooLong = this.#length > maxRecord;
    const bytes = Buffer.concat(this.#gathered);
    this.#offset += this.#length;
    this.#gathered = [];
    this.#length = 0;
    this.#isQuoted = false;
    const record = { line: this.#firstLine, lastLine: this.#line, end: this.#offset, bytes: isTooLong ? undefined : bytes };
    this.#firstLine = this.#line + 1;
    if (isTooLong || !isBlank(bytes)) yield record;
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== newLine && byte !== 13 && byte !== 32 && byte !== 9) return false;
  return true;
}
