import { checkLimits, type TagExpressionOptions } from './tag-expression-limits.ts';
import { TagExpressionInvalid } from './tag-expression-invalid.ts';
import { expectedOperand, expectedOperator, tokenAt, type TagToken } from './tag-tokens.ts';
import type { TagExpression } from './tag-expression.ts';

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
