import type { Installation } from '../installation/installation.ts';
import { type TagExpression, printTagExpression, type TagLeaf } from './tag-expression.ts';

/** What a tag expression sees of an installation. */
export type Tagged = Pick<Installation, 'id' | 'externalId' | 'tags' | 'userTags'>;
export type TagPredicate = (installation: Tagged) => boolean;

/** The expression as a function; says the same as `tagCondition` does in SQL. */
export function tagPredicate(expression: TagExpression): TagPredicate {
  switch (expression.kind) {
    case 'tag': {
      const { tag } = expression;
      return ({ tags, userTags }) => tags.includes(tag) || userTags.includes(tag);
    }
    case 'installation':
      return ({ id }) => id === expression.id;
    case 'user':
      return ({ externalId }) => externalId === expression.externalId;
    case 'not': {
      const operand = tagPredicate(expression.operand);
      return (installation) => !operand(installation);
    }
    case 'and': {
      const operands = expression.operands.map(tagPredicate);
      return (installation) => operands.every((operand) => operand(installation));
    }
    case 'or': {
      const operands = expression.operands.map(tagPredicate);
      return (installation) => operands.some((operand) => operand(installation));
    }
  }
}

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
