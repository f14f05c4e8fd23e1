import { TagExpressionInvalid } from './tag-expression-invalid.ts';
import type { TagExpression, TagLeaf } from './tag-expression.ts';

export interface TagExpressionOptions {
  /** `azure`: at most 20 tags with `||` alone, 10 with `&&` alone, 6 mixed. Default: 100 in any mix. */
  readonly strict?: 'azure';
}

const maxTags = 100;

/** Throws TagExpressionInvalid at the first tag that is too many. */
export function checkLimits(expression: TagExpression, { strict }: TagExpressionOptions): void {
  const leaves = leavesOf(expression);
  const limit = strict === 'azure' ? azureLimit(operatorsOf(expression)) : { tags: maxTags, of: 'an expression' };
  const tooMany = leaves[limit.tags];
  if (tooMany) throw new TagExpressionInvalid(tooMany.position, `at most ${limit.tags} tags in ${limit.of}`);
}

/** Azure Notification Hubs, "Routing and tag expressions": only ORs 20, only ANDs 10, otherwise 6. */
function azureLimit(operators: ReadonlySet<string>): { tags: number; of: string } {
  if (operators.size > 1 || operators.has('not')) return { tags: 6, of: 'an expression that mixes operators' };
  return operators.has('and') ? { tags: 10, of: 'an expression with "&&" alone' } : { tags: 20, of: 'an expression with "||" alone' };
}

/** From left to right. */
function leavesOf(expression: TagExpression): TagLeaf[] {
  return 'position' in expression ? [expression] : childrenOf(expression).flatMap(leavesOf);
}

function operatorsOf(expression: TagExpression): Set<string> {
  if ('position' in expression) return new Set();
  return new Set([expression.kind, ...childrenOf(expression).flatMap((child) => [...operatorsOf(child)])]);
}

function childrenOf(expression: Exclude<TagExpression, TagLeaf>): readonly TagExpression[] {
  return expression.kind === 'not' ? [expression.operand] : expression.operands;
}
