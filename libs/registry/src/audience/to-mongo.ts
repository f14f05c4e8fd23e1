import type { QueryFilter } from 'mongoose';
import type { InstallationDocument } from '../mongo-installation-document.ts';
import type { TagExpression } from './tag-expression.ts';

type Filter = QueryFilter<InstallationDocument>;

/**
 * The expression over the fields `tags`, `userTags`, `id` and `externalId`; says the same as `tagCondition` does in SQL. Negations go down to the
 * leaves, so that a filter nests no deeper than the expression's `&&` and `||`. `holds`: false for where the expression does not hold.
 */
export function tagFilter(expression: TagExpression, holds = true): Filter {
  switch (expression.kind) {
    case 'tag': {
      const { tag } = expression;
      return holds ? { $or: [{ tags: tag }, { userTags: tag }] } : { tags: { $ne: tag }, userTags: { $ne: tag } };
    }
    case 'installation':
      return { id: holds ? expression.id : { $ne: expression.id } };
    case 'user':
      return { externalId: holds ? expression.externalId : { $ne: expression.externalId } };
    case 'not':
      return tagFilter(expression.operand, !holds);
    case 'and':
    case 'or': {
      const operands = expression.operands.map((operand) => tagFilter(operand, holds));
      return (expression.kind === 'and') === holds ? { $and: operands } : { $or: operands };
    }
  }
}
