import { printTagExpression } from './print-tag-expression.ts';
import type { TagExpression, TagLeaf } from './tag-expression.ts';
import { tagPredicate, type Tagged } from './to-predicate.ts';

/** Why an expression does not hold: this leaf is what it is not `expected` to be. */
export interface FalseLeaf {
  readonly leaf: TagLeaf;
  /** As it stands in the expression. */
  readonly text: string;
  /** What the expression would need it to be: false under a `!`. */
  readonly expected: boolean;
}

/** The first leaf, from the left, that keeps the expression from holding for an installation; null where it holds. */
export function firstFalseLeaf(expression: TagExpression, installation: Tagged): FalseLeaf | null {
  return tagPredicate(expression)(installation) ? null : culprit(expression, installation, true);
}

/** The leaf that decides an expression whose value is not the `expected` one. */
function culprit(expression: TagExpression, installation: Tagged, expected: boolean): FalseLeaf | null {
  if ('position' in expression) return { leaf: expression, text: printTagExpression(expression), expected };
  if (expression.kind === 'not') return culprit(expression.operand, installation, !expected);
  const wrong = expression.operands.find((operand) => tagPredicate(operand)(installation) !== expected);
  return wrong ? culprit(wrong, installation, expected) : null;
}
