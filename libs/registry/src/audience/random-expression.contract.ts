import fc from 'fast-check';
import type { TagExpression } from './tag-expression.ts';

/** Names that differ in case, contain one another, or mean something to a database. */
export const someTags = ['vip', 'VIP', 'vi', 'vip2', 'a.b', 'a_b', 'a#b', 'x:1', '@me', '-', 'e'] as const;
export const someExternalIds = ['kim', "o'hara", '%', 'Ünï'] as const;
export const someIds = ['d1', 'd2', "d'3", 'd%', 'D1', 'd 6', '設備', 'd8', 'd9', 'd10'] as const;

const leaf: fc.Arbitrary<TagExpression> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...someTags).map((tag) => ({ kind: 'tag', tag, position: 1 }) as const) },
  { weight: 1, arbitrary: fc.constantFrom(...someIds, 'nobody').map((id) => ({ kind: 'installation', id, position: 1 }) as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...someExternalIds, 'nobody').map((externalId) => ({ kind: 'user', externalId, position: 1 }) as const),
  },
);

/** Trees as the parser makes them: no chain directly inside a chain of its kind. */
export const randomExpression: fc.Arbitrary<TagExpression> = fc.letrec<{ tree: TagExpression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    tie('tree').map((operand): TagExpression => ({ kind: 'not', operand })),
    fc.array(tie('tree'), { minLength: 2, maxLength: 4 }).map((operands) => chain('and', operands)),
    fc.array(tie('tree'), { minLength: 2, maxLength: 4 }).map((operands) => chain('or', operands)),
  ),
})).tree;

function chain(kind: 'and' | 'or', operands: readonly TagExpression[]): TagExpression {
  return { kind, operands: operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand])) };
}
