/** A text that is no filter; `position` is that of its first wrong character, from 1. */
export class FilterTextInvalid extends Error {
  constructor(
    readonly position: number,
    readonly expected: string,
  ) {
    super(`Expected ${expected}`);
  }
}

/** A text that is read from the left, blanks between its words skipped. */
export class TextReader {
  protected at = 0;

  constructor(protected readonly text: string) {}

  protected textValue(plain: RegExp, expected: string): string {
    if (this.sees('"')) return this.quoted();
    const text = this.match(plain);
    if (text === undefined) throw this.invalid(expected);
    return text;
  }

  protected quoted(): string {
    const begin = this.skipBlanks();
    const text = valueOfJson(this.match(/"(?:[^"\\]|\\.)*"/sy));
    if (text !== undefined) return text;
    this.at = begin;
    throw this.invalid('text in quotation marks, written as in JSON');
  }

  protected word(expected: string): string {
    const word = this.match(/[A-Za-z]+/y);
    if (word === undefined) throw this.invalid(expected);
    return word;
  }

  protected behind<T>(symbol: string, read: () => T): T {
    this.symbol(symbol);
    return read();
  }

  protected symbol(symbol: string): void {
    if (!this.takesSymbol(symbol)) throw this.invalid(`"${symbol}"`);
  }

  protected takesSymbol(symbol: string): boolean {
    const isThere = this.sees(symbol);
    if (isThere) this.at += symbol.length;
    return isThere;
  }

  protected sees(symbol: string): boolean {
    this.skipBlanks();
    return this.text.startsWith(symbol, this.at);
  }

  /** A word alone, not the beginning of a longer one. */
  protected takes(word: string): boolean {
    const isThere = this.sees(word) && !/[A-Za-z0-9_@#:.+-]/.test(this.text[this.at + word.length] ?? '');
    if (isThere) this.at += word.length;
    return isThere;
  }

  protected match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.skipBlanks();
    const text = pattern.exec(this.text)?.[0];
    this.at += text?.length ?? 0;
    return text;
  }

  protected skipBlanks(): number {
    while (/\s/.test(this.text[this.at] ?? '')) this.at += 1;
    return this.at;
  }

  protected invalid(expected: string, back = 0): FilterTextInvalid {
    return new FilterTextInvalid(this.skipBlanks() + 1 - back, expected);
  }
}

/** Undefined for what is no JSON string, or one that no database keeps: half of a pair of surrogates. */
function valueOfJson(text = ''): string | undefined {
  try {
    const value = JSON.parse(text) as string;
    return value.isWellFormed() ? value : undefined;
  } catch {
    return undefined;
  }
}
