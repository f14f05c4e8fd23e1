import { FILTER_OPERATORS, type FilterOperator } from '#libs/registry';
import { LEAVES_BY_FORM, OPERATOR_SIGNS, PLAIN_VALUE } from './print-filter.ts';
import type { SendProblem } from './send-invalid.ts';
import { FilterTextInvalid, TextReader } from './text-reader.ts';
import { FilterReader, type WrittenFilter } from './written-filter.ts';

const operators = new Map<string, FilterOperator>([['==', 'eq'], ...FILTER_OPERATORS.map((op) => [OPERATOR_SIGNS[op] ?? op, op] as const)]);
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const maxNesting = 64;

/** Reads and checks a filter that is written as text; undefined where `problems` got what is wrong with it, below `pointer`. */
export function readFilterText(text: string, pointer: string, problems: SendProblem[]): WrittenFilter | undefined {
  const reader = new FilterTextReader(text);
  const checked = new FilterReader('');
  try {
    const filter = checked.read(reader.read());
    for (const { pointer: place, message } of checked.problems)
      problems.push({ code: 'filter_invalid', pointer, message, position: reader.positionOf(filter, place) });
    return checked.problems.length > 0 ? undefined : filter;
  } catch (error) {
    if (!(error instanceof FilterTextInvalid)) throw error;
    problems.push({ code: 'filter_invalid', pointer, message: error.message, position: error.position });
    return undefined;
  }
}

/** Reads a filter that is written as text: `not` before `and` before `or`. What it says is checked afterwards, as a tree is. */
export class FilterTextReader extends TextReader {
  readonly #begins = new WeakMap<object, number>();
  #nesting = 0;

  /** Throws FilterTextInvalid. */
  read(): WrittenFilter {
    const filter = this.#or();
    if (this.at < this.text.length) throw this.invalid('"and", "or" or the end');
    return filter;
  }

  /** Where the condition begins, from 1, in which a JSON Pointer of the filter leads. */
  positionOf(filter: WrittenFilter, pointer: string): number {
    let position = 1;
    let part: unknown = filter;
    for (const step of ['', ...pointer.split('/').slice(1)]) {
      if (step !== '') part = (part as Readonly<Record<string, unknown>> | undefined)?.[step];
      if (typeof part === 'object' && part !== null) position = this.#begins.get(part) ?? position;
    }
    return position;
  }

  #or(): WrittenFilter {
    return this.#chain('or', () => this.#chain('and', () => this.#unary()));
  }

  #chain(word: 'and' | 'or', operand: () => WrittenFilter): WrittenFilter {
    const begin = this.skipBlanks();
    const parts = [operand()];
    while (this.takes(word)) parts.push(operand());
    const [first] = parts;
    return parts.length === 1 && first ? first : this.#beginning(begin, { [word]: parts });
  }

  #unary(): WrittenFilter {
    const begin = this.skipBlanks();
    this.#nesting += 1;
    if (this.#nesting > maxNesting) throw this.invalid(`at most ${maxNesting} levels of "not" and "("`);
    const filter = this.#operand();
    this.#nesting -= 1;
    return this.#beginning(begin, filter);
  }

  #operand(): WrittenFilter {
    if (this.takes('not')) return { not: this.#unary() };
    for (const word of ['and', 'or']) if (this.takes(word)) return { [word]: [this.#group()] };
    return this.sees('(') ? this.#group() : this.#leaf();
  }

  #group(): WrittenFilter {
    this.symbol('(');
    const filter = this.#or();
    this.symbol(')');
    return filter;
  }

  #leaf(): WrittenFilter {
    const begin = this.at;
    const word = this.match(/[A-Za-z]*/y) ?? '';
    const next = this.text[this.at];
    if (next === ':' && includes(LEAVES_BY_FORM.named, word))
      return { [word]: this.behind(':', () => this.textValue(/[A-Za-z0-9_@#:.+-]+/y, `a ${word}`)) };
    if (next === '.' && includes(LEAVES_BY_FORM.compared, word)) {
      const name = this.behind('.', () => this.#name());
      return { [word]: name, ...this.#comparison(word === 'device' || word === 'user') };
    }
    if (next === '(' && includes(LEAVES_BY_FORM.called, word)) return { [word]: this.#arguments() };
    if (next === '(' && word === 'event') return this.#event();
    this.at = begin;
    throw this.invalid('a condition such as tag:vip, attr.age >= 18, device.platform = ios or lastSeen(before: P14D)');
  }

  /** `isField`: a field's values are text, versions such as 2.10 among them. */
  #comparison(isField = false): WrittenFilter {
    const isNot = this.takes('not');
    if (this.takes('exists')) return { op: 'exists', value: !isNot };
    if (this.takes('in')) return { op: isNot ? 'nin' : 'in', value: this.#list(isField) };
    if (isNot) throw this.invalid('"in" or "exists"');
    if (this.takes('between')) {
      const from = this.#value(isField);
      if (!this.takes('and')) throw this.invalid('"and"');
      return { op: 'between', value: [from, this.#value(isField)] };
    }
    const sign = this.match(/==|!=|<=|>=|[=<>]|contains\b|startsWith\b/y);
    const op = operators.get(sign ?? '');
    if (op === undefined) throw this.invalid('=, !=, <, <=, >, >=, in, not in, exists, not exists, contains, startsWith or between');
    return { op, value: this.#value(isField) };
  }

  #list(isField: boolean): unknown[] {
    this.symbol('(');
    const values = [this.#value(isField)];
    while (this.sees(',')) values.push(this.behind(',', () => this.#value(isField)));
    this.symbol(')');
    return values;
  }

  #value(isField: boolean): unknown {
    if (this.takes('ago')) return { ago: this.#agoOf() };
    const begin = this.skipBlanks();
    if (this.sees('"')) return this.quoted();
    const text = this.match(/[A-Za-z0-9_@#:.+-]+/y);
    if (text === undefined) throw this.invalid('a value: text in quotation marks, a word, a number, true, false or ago(P1D)');
    if (text === 'true' || text === 'false') return text === 'true';
    if (isField || PLAIN_VALUE.test(text)) return text;
    if (number.test(text)) return Number(text);
    this.at = begin;
    throw this.invalid('a number, or text in quotation marks');
  }

  #agoOf(): unknown {
    this.symbol('(');
    const value = this.#value(true);
    this.symbol(')');
    return value;
  }

  #arguments(): WrittenFilter {
    const values: Record<string, unknown> = {};
    this.symbol('(');
    if (this.takesSymbol(')')) return values;
    do {
      const name = this.word('a name');
      values[name] = this.behind(':', () => this.#value(false));
    } while (this.takesSymbol(','));
    this.symbol(')');
    return values;
  }

  #event(): WrittenFilter {
    const leaf: Record<string, unknown> = {};
    this.symbol('(');
    leaf['event'] = this.#name();
    while (this.takesSymbol(',')) {
      const word = this.word('within, count or where');
      if (word === 'within') leaf[word] = this.behind(':', () => this.#value(false));
      else if (word === 'where') leaf[word] = { property: this.#name(), ...this.#comparison() };
      else if (word === 'count') {
        const { op, value } = this.#comparison();
        leaf[word] = { [String(op)]: value };
      } else throw this.invalid('within, count or where', word.length);
    }
    this.symbol(')');
    return leaf;
  }

  #name(): string {
    return this.textValue(/[A-Za-z_][A-Za-z0-9_.-]*/y, 'a name');
  }

  #beginning(begin: number, filter: WrittenFilter): WrittenFilter {
    if (!this.#begins.has(filter)) this.#begins.set(filter, begin + 1);
    return filter;
  }
}

function includes<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}
