import {
  checkLimits,
  MAX_TAG_LENGTH,
  TagExpressionInvalid,
  type TagExpression,
  type TagExpressionOptions,
  type TagLeaf,
} from './tag-expression.ts';

type TagToken =
  | { readonly kind: 'leaf'; readonly leaf: TagLeaf; readonly position: number }
  | { readonly kind: '&&' | '||' | '!' | '(' | ')' | 'end'; readonly position: number };

const maxIdLength = 128;
const blank = /[ \t\r\n]*/y;
const tag = /[A-Za-z0-9_@#.:-]+/y;
const named = /\$(InstallationId|UserId):\{([^}]*)\}/y;
const symbol = /&&|\|\||[!()]/y;

const expectedOperand = 'a tag, "!" or "("';
const expectedOperator = '"&&", "||" or the end';

/** Reads the next token at an offset (0-based). `afterOperand` only words the error: what could stand there. */
function tokenAt(text: string, offset: number, afterOperand: boolean): { token: TagToken; next: number } {
  const start = offset + lengthOf(blank, text, offset);
  const position = start + 1;
  if (start >= text.length) return { token: { kind: 'end', position }, next: start };

  const symbolLength = lengthOf(symbol, text, start);
  if (symbolLength > 0) {
    const kind = text.slice(start, start + symbolLength) as '&&' | '||' | '!' | '(' | ')';
    return { token: { kind, position }, next: start + symbolLength };
  }
  const leaf = leafAt(text, start);
  if (leaf) return { token: { kind: 'leaf', leaf: leaf.leaf, position }, next: start + leaf.length };
  throw new TagExpressionInvalid(position, expectedAt(text, start, afterOperand));
}

function leafAt(text: string, start: number): { leaf: TagLeaf; length: number } | undefined {
  const position = start + 1;
  const length = lengthOf(tag, text, start);
  if (length > MAX_TAG_LENGTH) throw new TagExpressionInvalid(position, `a tag of at most ${MAX_TAG_LENGTH} characters`);
  if (length > 0) return { leaf: { kind: 'tag', tag: text.slice(start, start + length), position }, length };

  named.lastIndex = start;
  const match = named.exec(text);
  if (!match) return undefined;
  const id = match[2] ?? '';
  if (id.length === 0 || id.length > maxIdLength)
    throw new TagExpressionInvalid(position, `an id of 1 to ${maxIdLength} characters in the braces`);
  const leaf: TagLeaf = match[1] === 'UserId' ? { kind: 'user', externalId: id, position } : { kind: 'installation', id, position };
  return { leaf, length: match[0].length };
}

function expectedAt(text: string, start: number, afterOperand: boolean): string {
  const character = text[start];
  if (character === '$') return '"$InstallationId:{id}" or "$UserId:{id}"';
  if (afterOperand && character === '&') return '"&&"';
  if (afterOperand && character === '|') return '"||"';
  return afterOperand ? expectedOperator : expectedOperand;
}

function lengthOf(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Deeper nesting is refused: whatever walks a tree may then recurse, and a level is at most two of a database's, which take 100 (MongoDB). */
const maxDepth = 32;
const maxLength = 32_768;

/** Reads a tag expression: `!` before `&&` before `||`. Throws TagExpressionInvalid. */
export function parseTagExpression(text: string, options: TagExpressionOptions = {}): TagExpression {
  if (text.length > maxLength) throw new TagExpressionInvalid(maxLength + 1, `at most ${maxLength} characters`);
  const expression = new Parser(text).whole();
  checkLimits(expression, options);
  return expression;
}

/** Recursive descent, one method a rule of the grammar. */
class Parser {
  readonly #text: string;
  #token: TagToken;
  #next: number;

  constructor(text: string) {
    this.#text = text;
    ({ token: this.#token, next: this.#next } = tokenAt(text, 0, false));
  }

  whole(): TagExpression {
    const expression = this.#or(0);
    if (this.#token.kind !== 'end') throw new TagExpressionInvalid(this.#token.position, expectedOperator);
    return expression;
  }

  #or(depth: number): TagExpression {
    return this.#chain('or', '||', () => this.#and(depth));
  }

  #and(depth: number): TagExpression {
    return this.#chain('and', '&&', () => this.#unary(depth));
  }

  /** `a && (b && c)` is one chain of three, as `a && b && c` is. */
  #chain(kind: 'and' | 'or', operator: '&&' | '||', operand: () => TagExpression): TagExpression {
    const first = operand();
    if (this.#token.kind !== operator) return first;
    const operands = flat(kind, first);
    while (this.#token.kind === operator) {
      this.#advance(false);
      operands.push(...flat(kind, operand()));
    }
    return { kind, operands };
  }

  #unary(depth: number): TagExpression {
    const token = this.#token;
    if (depth > maxDepth) throw new TagExpressionInvalid(token.position, `at most ${maxDepth} levels of "!" and "("`);
    if (token.kind === 'leaf') {
      this.#advance(true);
      return token.leaf;
    }
    if (token.kind === '!') {
      this.#advance(false);
      return { kind: 'not', operand: this.#unary(depth + 1) };
    }
    if (token.kind === '(') return this.#group(depth);
    throw new TagExpressionInvalid(token.position, expectedOperand);
  }

  #group(depth: number): TagExpression {
    this.#advance(false);
    const inner = this.#or(depth + 1);
    if (this.#token.kind !== ')') throw new TagExpressionInvalid(this.#token.position, '"&&", "||" or ")"');
    this.#advance(true);
    return inner;
  }

  #advance(afterOperand: boolean): void {
    ({ token: this.#token, next: this.#next } = tokenAt(this.#text, this.#next, afterOperand));
  }
}

function flat(kind: 'and' | 'or', expression: TagExpression): TagExpression[] {
  return expression.kind === kind ? [...expression.operands] : [expression];
}
