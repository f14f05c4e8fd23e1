import type { TagExpression } from './tag-expression.ts';

/** A condition with its parameters in order; nothing of the expression's text stands in the SQL. */
export interface SqlCondition {
  readonly sql: string;
  readonly params: readonly (string | number)[];
}

/**
 * The expression over the columns `tags` (`|a|b|`), `id` and `external_id` of a table or alias. Always 0 or 1, never NULL: `IS` compares, so that
 * `!` holds for an installation without a user.
 */
export function tagCondition(expression: TagExpression, table: string): SqlCondition {
  switch (expression.kind) {
    case 'tag':
      return { sql: `instr(${table}.tags, ?) > 0`, params: [`|${expression.tag}|`] };
    case 'installation':
      return { sql: `${table}.id = ?`, params: [expression.id] };
    case 'user':
      return { sql: `${table}.external_id IS ?`, params: [expression.externalId] };
    case 'not': {
      const { sql, params } = tagCondition(expression.operand, table);
      return { sql: `NOT (${sql})`, params };
    }
    case 'and':
    case 'or': {
      const conditions = expression.operands.map((operand) => tagCondition(operand, table));
      return {
        sql: `(${conditions.map(({ sql }) => sql).join(expression.kind === 'and' ? ' AND ' : ' OR ')})`,
        params: conditions.flatMap(({ params }) => params),
      };
    }
  }
}
