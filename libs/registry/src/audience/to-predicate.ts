import type { Installation } from '../installation.ts';
import type { TagExpression } from './tag-expression.ts';

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
