import fc from 'fast-check';
import { parseTagExpression } from '../../src/audience/parse-tag-expression.ts';
import { TagExpressionInvalid } from '../../src/audience/tag-expression.ts';
import { randomExpression, someIds, someTags } from '../../src/audience/random-expression.contract.ts';
import { printTagExpression, type TagExpression } from '../../src/audience/tag-expression.ts';
import { firstFalseLeaf, tagPredicate } from '../../src/audience/tag-predicate.ts';
import { anInstallation } from '../../src/opened-registry.contract.ts';

/** The tree without positions, fully parenthesised. */
function shape(expression: TagExpression): string {
  if ('position' in expression) return printTagExpression(expression);
  if (expression.kind === 'not') return `!${shape(expression.operand)}`;
  return `(${expression.operands.map(shape).join(expression.kind === 'and' ? ' && ' : ' || ')})`;
}

function problemOf(text: string, strict?: 'azure'): { position: number; expected: string } {
  try {
    parseTagExpression(text, strict ? { strict } : {});
  } catch (error) {
    if (error instanceof TagExpressionInvalid) return { position: error.position, expected: error.expected };
    throw error;
  }
  throw new Error(`${text} was read`);
}

const chainOf = (n: number, operator: string) => Array.from({ length: n }, (_, i) => `t${i}`).join(operator);

describe('a tag expression', () => {
  it.each([
    ['a', 'a'],
    ['a||b&&c', '(a || (b && c))'],
    ['a&&b||c', '((a && b) || c)'],
    ['!a&&b', '(!a && b)'],
    ['!!a', '!!a'],
    ['!(a||b)', '!(a || b)'],
    ['(a||b)&&c', '((a || b) && c)'],
    ['a && (b && c)', '(a && b && c)'],
    ['  ( a )\t||\n b ', '(a || b)'],
    ['_@#.:-9Z', '_@#.:-9Z'],
    ['$InstallationId:{a b||c} && $UserId:{kim@example.com}', '($InstallationId:{a b||c} && $UserId:{kim@example.com})'],
    ['x'.repeat(120), 'x'.repeat(120)],
  ])('reads %s as %s', (text, expected) => {
    expect(shape(parseTagExpression(text))).toBe(expected);
  });

  it.each([
    ['', 1, 'a tag, "!" or "("'],
    ['   ', 4, 'a tag, "!" or "("'],
    ['a b', 3, '"&&", "||" or the end'],
    ['a &', 3, '"&&"'],
    ['a | b', 3, '"||"'],
    ['()', 2, 'a tag, "!" or "("'],
    ['a||', 4, 'a tag, "!" or "("'],
    ['a||&&b', 4, 'a tag, "!" or "("'],
    ['a+b', 2, '"&&", "||" or the end'],
    ['+b', 1, 'a tag, "!" or "("'],
    ['(a', 3, '"&&", "||" or ")"'],
    ['(a b)', 4, '"&&", "||" or ")"'],
    ['a)', 2, '"&&", "||" or the end'],
    ['a!b', 2, '"&&", "||" or the end'],
    ['!', 2, 'a tag, "!" or "("'],
    [`a && ${'x'.repeat(121)}`, 6, 'a tag of at most 120 characters'],
    ['$Nobody:{x}', 1, '"$InstallationId:{id}" or "$UserId:{id}"'],
    ['$UserId:{}', 1, 'an id of 1 to 128 characters in the braces'],
    [`$UserId:{${'x'.repeat(129)}}`, 1, 'an id of 1 to 128 characters in the braces'],
    ['$UserId:{x', 1, '"$InstallationId:{id}" or "$UserId:{id}"'],
    ["a'; DROP TABLE installations --", 2, '"&&", "||" or the end'],
  ])('refuses %j at position %i: expected %s', (text, position, expected) => {
    expect(problemOf(text)).toEqual({ position, expected });
  });

  it('keeps where each tag stands', () => {
    const expression = parseTagExpression('a && !(bb || c)');

    expect(expression).toEqual({
      kind: 'and',
      operands: [
        { kind: 'tag', tag: 'a', position: 1 },
        { kind: 'not', operand: { kind: 'or', operands: [{ kind: 'tag', tag: 'bb', position: 8 }, { kind: 'tag', tag: 'c', position: 14 }] } }, // prettier-ignore
      ],
    });
  });

  it('takes 100 tags and no more', () => {
    expect(shape(parseTagExpression(chainOf(100, '||')))).toContain('t99');
    expect(problemOf(chainOf(101, ' || '))).toEqual({ position: 691, expected: 'at most 100 tags in an expression' });
  });

  it('takes 32 levels and no more, and does not fall over a million', () => {
    expect(shape(parseTagExpression(`${'('.repeat(32)}a${')'.repeat(32)}`))).toBe('a');
    expect(problemOf(`${'!'.repeat(33)}a`).position).toBe(34);
    expect(problemOf('('.repeat(1_000_000)).expected).toBe('at most 32768 characters');
    expect(problemOf('!'.repeat(30_000)).expected).toBe('at most 32 levels of "!" and "("');
  });

  it.each([
    [chainOf(20, '||'), chainOf(21, '||'), 'at most 20 tags in an expression with "||" alone'],
    [chainOf(10, '&&'), chainOf(11, '&&'), 'at most 10 tags in an expression with "&&" alone'],
    [`t||${chainOf(5, '&&')}`, `t||${chainOf(6, '&&')}`, 'at most 6 tags in an expression that mixes operators'],
    [`!t&&${chainOf(5, '&&')}`, `!t&&${chainOf(6, '&&')}`, 'at most 6 tags in an expression that mixes operators'],
  ])("keeps Azure's limits when asked: %s, not %s", (allowed, refused, expected) => {
    expect(() => parseTagExpression(allowed, { strict: 'azure' })).not.toThrow();
    expect(problemOf(refused, 'azure').expected).toBe(expected);
    expect(() => parseTagExpression(refused)).not.toThrow();
  });

  it('is printed as text that reads as the same tree', () => {
    fc.assert(
      fc.property(randomExpression, (expression) => {
        expect(shape(parseTagExpression(printTagExpression(expression)))).toBe(shape(expression));
      }),
    );
  });
});

describe('the first false leaf', () => {
  const device = anInstallation('d1', { tags: ['vip'], userTags: ['gold'], externalId: 'kim' });

  it.each([
    ['vip && gold', null],
    ['vip && silver && bronze', { text: 'silver', expected: true }],
    ['silver || bronze', { text: 'silver', expected: true }],
    ['vip && !gold', { text: 'gold', expected: false }],
    ['!(silver || gold)', { text: 'gold', expected: false }],
    ['!(vip && gold)', { text: 'vip', expected: false }],
    ['$UserId:{kim} && $InstallationId:{d2}', { text: '$InstallationId:{d2}', expected: true }],
  ])('of %s is %j', (text, expected) => {
    const found = firstFalseLeaf(parseTagExpression(text), device);

    expect(found && { text: found.text, expected: found.expected }).toEqual(expected);
  });

  it('is there exactly where the expression does not hold, and would have to change', () => {
    fc.assert(
      fc.property(randomExpression, fc.subarray([...someTags]), fc.constantFrom(...someIds), (expression, tags, id) => {
        const installation = { id, externalId: 'kim', tags, userTags: [] };
        const found = firstFalseLeaf(expression, installation);

        expect(found === null).toBe(tagPredicate(expression)(installation));
        if (found) expect(tagPredicate(found.leaf)(installation)).toBe(!found.expected);
      }),
    );
  });
});
