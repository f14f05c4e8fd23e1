import type { TagExpression } from './tag-expression.ts';
import type { Tagged } from './to-predicate.ts';

export type TagLeaf = Extract<TagExpression, { readonly position: number }>;

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
  throw new Error('not yet');
}
