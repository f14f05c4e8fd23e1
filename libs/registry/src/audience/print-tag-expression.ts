import type { TagExpression } from './tag-expression.ts';

/** The text of an expression; reading it again gives the same tree. */
export function printTagExpression(expression: TagExpression): string {
  throw new Error('not yet');
}
