/** What expressions may name: texts by name, the names in small letters. */
export type Properties = ReadonlyMap<string, string>;

/** One text of a template: what it comes to. A number stands in JSON without quotes. */
export type Expression = (properties: Properties) => string | number;

/** `position`: of a character in the text, from 1. */
export class ExpressionInvalid extends Error {
  constructor(
    readonly position: number,
    message: string,
  ) {
    super(message);
  }
}

/** `$` as it is, `.` cut with dots, `%` for an address, `#` as a number. */
const sigils = '$.%#';
const name = /^[A-Za-z0-9_]{1,120}$/;
const reserved = /^\$body(?![A-Za-z0-9_])/;
const wholeNumber = /^\d{1,9}$/;
const jsonNumber = /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const dots = '...';

interface Token {
  /** Where it begins, from 0. */
  readonly at: number;
  readonly isNumber: boolean;
  readonly text: (properties: Properties) => string;
}

/**
 * Reads a text in the language of Azure's templates: `$(p)`, `$(p, n)`, `.(p, n)`, `%(p)`, `#(p)`, each with a default as `$(p:{none})`, and texts in quotes, joined by `+`, in
 * braces where a text comes first. A sigil counts only where `(` follows; undefined: the text is itself. Throws ExpressionInvalid.
 */
export function compileExpression(text: string): Expression | undefined {
  const isComposite = text.startsWith('{');
  if (reserved.test(text)) throw new ExpressionInvalid(1, '$body is reserved');
  if (!isComposite && !isCall(text, 0)) return undefined;
  if (isComposite && (text.length < 2 || !text.endsWith('}'))) throw new ExpressionInvalid(text.length, 'What begins with { ends with }');
  const tokens = isComposite ? new TokenReader(text, 1, text.length - 1).all() : new TokenReader(text, 0, text.length).all();
  const number = tokens.find(({ isNumber }) => isNumber);
  const [first] = tokens;
  if (!number || !first) return (properties) => tokens.map((token) => token.text(properties)).join('');
  if (tokens.length > 1) throw new ExpressionInvalid(number.at + 1, '#(…) stands alone: it is a number');
  return (properties) => numberIn(first.text(properties));
}

function isCall(text: string, at: number): boolean {
  return text[at + 1] === '(' && sigils.includes(text[at] ?? ' ');
}

/** What a number of JSON would lose digits of stays a text. */
function numberIn(text: string): string | number {
  const number = Number(text);
  const isExact = Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number);
  return jsonNumber.test(text) && isExact ? number : text;
}

/** Tokens between two places of a text, joined by `+`. */
class TokenReader {
  readonly #text: string;
  #at: number;
  readonly #end: number;

  constructor(text: string, from: number, end: number) {
    this.#text = text;
    this.#at = from;
    this.#end = end;
  }

  all(): Token[] {
    const tokens: Token[] = [];
    do tokens.push(this.#token());
    while (this.#takes('+'));
    if (this.#at < this.#end) this.#fail('Expected + or the end');
    return tokens;
  }

  #token(): Token {
    this.#skipBlanks();
    const at = this.#at;
    const quote = this.#text[at];
    if (at < this.#end && (quote === "'" || quote === '"')) return { at, isNumber: false, text: constant(this.#quoted(quote)) };
    if (at >= this.#end || !isCall(this.#text, at)) this.#fail('Expected $(…), .(…), %(…), #(…) or a text in quotes');
    this.#at += 2;
    return this.#call(at, this.#text[at] ?? '');
  }

  /** What stands between the brackets, and the closing one. */
  #call(at: number, sigil: string): Token {
    const property = this.#until(',:)').trim();
    if (!name.test(property)) this.#fail('A property is named by 1 to 120 letters, digits and _', at + 2);
    const fallback = this.#takes(':') ? this.#default() : '';
    const length = this.#takes(',') ? this.#length(sigil) : undefined;
    if (sigil === '.' && length === undefined) this.#fail('.(…) needs a length');
    if (!this.#takes(')')) this.#fail('Expected )');
    const key = property.toLowerCase();
    const written = writers[sigil] ?? cut;
    return { at, isNumber: sigil === '#', text: (properties) => written(properties.get(key) ?? fallback, length) };
  }

  #length(sigil: string): number {
    if (sigil === '%' || sigil === '#') this.#fail(`${sigil}(…) takes no length`, this.#at - 1);
    const text = this.#until(')').trim();
    if (!wholeNumber.test(text)) this.#fail('A length is a whole number', this.#at - text.length);
    return Number(text);
  }

  /** `\` protects the character after it. */
  #default(): string {
    if (!this.#takes('{')) this.#fail('A default stands in braces');
    let text = '';
    for (; this.#at < this.#end && this.#text[this.#at] !== '}'; this.#at += 1) {
      if (this.#text[this.#at] === '\\') this.#at += 1;
      text += this.#text[this.#at] ?? '';
    }
    if (!this.#takes('}')) this.#fail('The default has no end');
    return text;
  }

  /** A quote in it is doubled. */
  #quoted(quote: string): string {
    const begin = this.#at;
    let text = '';
    for (this.#at += 1; this.#at < this.#end; this.#at += 1) {
      if (this.#text[this.#at] !== quote) text += this.#text[this.#at] ?? '';
      else if (this.#at + 1 < this.#end && this.#text[this.#at + 1] === quote) {
        text += quote;
        this.#at += 1;
      } else {
        this.#at += 1;
        return text;
      }
    }
    return this.#fail('The text has no closing quote', begin);
  }

  #until(ends: string): string {
    const begin = this.#at;
    while (this.#at < this.#end && !ends.includes(this.#text[this.#at] ?? '')) this.#at += 1;
    return this.#text.slice(begin, this.#at);
  }

  #takes(character: string): boolean {
    this.#skipBlanks();
    const isThere = this.#at < this.#end && this.#text[this.#at] === character;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #skipBlanks(): void {
    while (this.#at < this.#end && this.#text[this.#at]?.trim() === '') this.#at += 1;
  }

  #fail(message: string, at = this.#at): never {
    throw new ExpressionInvalid(at + 1, message);
  }
}

function constant(text: string) {
  return () => text;
}

const writers: Readonly<Record<string, (text: string, length?: number) => string>> = {
  '.': (text, length = 0) => (text.length <= length ? text : cut(text, Math.max(0, length - dots.length)) + dots.slice(0, length)),
  '%': (text) => encodeURIComponent(text.toWellFormed()),
};

/** Half of a character is none. */
function cut(text: string, length = text.length): string {
  if (text.length <= length) return text;
  const end = text.slice(0, length);
  return end.isWellFormed() ? end : end.slice(0, -1);
}
