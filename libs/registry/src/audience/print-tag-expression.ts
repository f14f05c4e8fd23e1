import type { TagExpression } from './tag-expression.ts';

/** The text of an expression; reading it again gives the same tree. */
export function printTagExpression(expression: TagExpression): string {
  switch (expression.kind) {
    case 'tag':
      return expression.tag;
    case 'installation':
      return `$InstallationId:{${expression.id}}`;
    case 'user':
      return `$UserId:{${expression.externalId}}`;
    case 'not':
      return `!${inside(expression.operand, ['and', 'or'])}`;
    case 'and':
      return expression.operands.map((operand) => inside(operand, ['or'])).join(' && ');
    case 'or':
      return expression.operands.map(printTagExpression).join(' || ');
  }
}

/** In parentheses where the operand binds less tightly than what is around it. */
function inside(operand: TagExpression, looser: readonly TagExpression['kind'][]): string {
  const text = printTagExpression(operand);
  return looser.includes(operand.kind) ? `(${text})` : text;
}
