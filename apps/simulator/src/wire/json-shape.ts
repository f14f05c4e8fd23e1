const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
/** What may follow a backslash, but for `u`. */
const escapes = new Set(Array.from('"\\/bfnrt', (char) => char.charCodeAt(0)));
/** Of the texts of one document. */
const maxTexts = 256;

/**
 * The shape of a JSON document: everything but the texts that may differ. Thousands of pushes in a row are of one shape, and a document of a known shape is JSON
 * and has the same members, numbers and types, without being parsed.
 */
export class JsonShape {
  /** By text, in the order of the document: where it begins and ends between its quotes, and whether it may differ. */
  readonly #starts: readonly number[];
  readonly #ends: readonly number[];
  readonly #isFree: readonly boolean[];
  readonly #isName: readonly boolean[];
  /** The same of the document that matched last. */
  readonly #begins: number[] = [];
  readonly #finishes: number[] = [];
  #matched: Buffer | undefined;
  readonly #isUsable: boolean;

  /** Of a document that was parsed without an error, and stays as it is. `isFree`: whether texts of members with this name may differ. */
  constructor(
    private readonly bytes: Buffer,
    isFree: (name: string) => boolean,
  ) {
    const [starts, ends]: [number[], number[]] = [[], []];
    const [free, names]: [boolean[], boolean[]] = [[], []];
    let name = '';
    let isUsable = true;
    for (let at = bytes.indexOf(quote); at >= 0; at = bytes.indexOf(quote, (ends.at(-1) ?? at) + 1)) {
      const end = endOfText(bytes, at + 1);
      isUsable &&= end < bytes.length && starts.length < maxTexts;
      if (!isUsable) break;
      const isName = afterBlanks(bytes, end + 1) === colon;
      starts.push(at + 1);
      ends.push(end);
      names.push(isName);
      free.push(!isName && isFree(name));
      if (isName) name = bytes.toString('utf8', at + 1, end);
    }
    this.#starts = starts;
    this.#ends = ends;
    this.#isFree = free;
    this.#isName = names;
    this.#isUsable = isUsable;
  }

  /** The number of the only text with this name and value; -1: there is none, or more than one, or it has escapes. */
  numberOf(name: string, value: string): number {
    const found = this.#starts.flatMap((start, index) => {
      const isValue = this.#isName[index] === false && this.#isName[index - 1] === true;
      const isMeant = isValue && this.#textOf(index - 1) === name && this.bytes.toString('utf8', start, this.#ends[index]) === value;
      return isMeant ? [index] : [];
    });
    return found.length === 1 ? (found[0] ?? -1) : -1;
  }

  /** Whether the document is of this shape. Texts with a `\u` count as another shape. */
  matches(bytes: Buffer): boolean {
    const shape = this.bytes;
    const { length } = bytes;
    const texts = this.#starts.length;
    if (!this.#isUsable) return false;
    let [at, from] = [0, 0];
    for (let index = 0; index < texts; index += 1) {
      const start = this.#starts[index] ?? 0;
      const end = this.#ends[index] ?? 0;
      for (; from < start; from += 1, at += 1) if (bytes[at] !== shape[from]) return false;
      this.#begins[index] = at;
      if (this.#isFree[index] === true) {
        at = endOfText(bytes, at);
        if (at >= length) return false;
      } else {
        for (; from < end; from += 1, at += 1) if (bytes[at] !== shape[from]) return false;
      }
      this.#finishes[index] = at;
      from = end;
    }
    if (length - at !== shape.length - from) return false;
    for (; at < length; from += 1, at += 1) if (bytes[at] !== shape[from]) return false;
    this.#matched = bytes;
    return true;
  }

  /** A text of the document that matched last, as it stands there; valid until the next one. */
  text(index: number): string {
    return this.#matched?.toString('utf8', this.#begins[index], this.#finishes[index]) ?? '';
  }

  #textOf(index: number): string {
    return this.bytes.toString('utf8', this.#starts[index], this.#ends[index]);
  }
}

/** Where the text that begins here has its closing quote; the end of the bytes where it has none, or something that has to be parsed. */
function endOfText(bytes: Buffer, start: number): number {
  const { length } = bytes;
  for (let at = start; at < length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === quote) return at;
    if (byte < 0x20) return length;
    if (byte === backslash) {
      at += 1;
      if (!escapes.has(bytes[at] ?? 0)) return length;
    }
  }
  return length;
}

function afterBlanks(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return bytes[at] ?? 0;
}
