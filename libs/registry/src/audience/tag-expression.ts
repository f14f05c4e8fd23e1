import { PushError } from '#libs/kernel';

/** The tree of a tag expression (Azure Notification Hubs' syntax). A leaf keeps its 1-based position for explanations. */
export type TagExpression =
  | { readonly kind: 'tag'; readonly tag: string; readonly position: number }
  | { readonly kind: 'installation'; readonly id: string; readonly position: number }
  | { readonly kind: 'user'; readonly externalId: string; readonly position: number }
  | { readonly kind: 'not'; readonly operand: TagExpression }
  | { readonly kind: 'and'; readonly operands: readonly TagExpression[] }
  | { readonly kind: 'or'; readonly operands: readonly TagExpression[] };

/** A tag, `$InstallationId:{…}` or `$UserId:{…}`. */
export type TagLeaf = Extract<TagExpression, { readonly position: number }>;

export const MAX_TAG_LENGTH = 120;

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

/** A tag expression cannot be read, or is longer than allowed. */
export class TagExpressionInvalid extends PushError {
  readonly code = 'tag_expression_invalid';
  readonly retryable = false;

  constructor(
    /** 1-based, in UTF-16 code units; one past the end where something is missing there. */
    readonly position: number,
    /** What would have been right at that place. */
    readonly expected: string,
    options?: ErrorOptions,
  ) {
    super(`At position ${position}: expected ${expected}`, options);
  }
}

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
