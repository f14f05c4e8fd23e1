import { readCondition } from '../../src/intake/topic-condition.ts';

describe('a condition over topics', () => {
  it.each([
    ["'a' in topics", "'a' in topics"],
    ["  'a'   in\ttopics&&!'b' in topics ", "'a' in topics && !'b' in topics"],
    ["('a' in topics || 'b' in topics) && 'c' in topics", "('a' in topics || 'b' in topics) && 'c' in topics"],
    ["!('a' in topics && ('b' in topics))", "!('a' in topics && ('b' in topics))"],
    ["'a' in topics || 'b' in topics || 'c' in topics", "'a' in topics || 'b' in topics || 'c' in topics"],
    ["'A-1_.~%' in topics", "'A-1_.~%' in topics"],
  ])('%s is read', (written, text) => {
    expect(readCondition(written)).toEqual({ text });
  });

  it.each([
    ['', 1, 'Ends too soon'],
    ["'a'", 1, 'Expected "in topics"'],
    ["'a' in topic", 1, 'Expected "in topics"'],
    ["'a' in topics &&", 17, 'Ends too soon'],
    ["'a' in topics 'b' in topics", 15, 'Expected && or ||'],
    ["'a' in topics & 'b' in topics", 14, 'Expected'],
    ["'a b' in topics", 1, 'A topic is'],
    ["'/topics/a' in topics", 1, 'A topic is'],
    ["'' in topics", 1, 'A topic is'],
    ["('a' in topics", 15, ') is missing'],
    ["'a' in topics)", 14, 'Expected && or ||'],
    ["'a' in topics && 'b' in topics || 'c' in topics", 32, 'Put parentheses'],
    ['a in topics', 1, 'Expected'],
    ['"a" in topics', 1, 'Expected'],
    ["&& 'a' in topics", 1, "Expected 'TOPIC' in topics"],
    ["'a' in topicsandmore", 1, 'Expected "in topics"'],
  ])('%s is refused at %i', (written, position, message) => {
    expect(readCondition(written)).toEqual({ problem: { position, message: expect.stringContaining(message) as unknown } });
  });

  it('names five topics and no more', () => {
    const of = (count: number) => Array.from({ length: count }, (_, n) => `'t${n}' in topics`).join(' || ');

    expect(readCondition(of(5)).problem).toBeUndefined();
    expect(readCondition(of(6)).problem?.message).toContain('more than 5 topics');
  });

  it('costs little, however it is nested', () => {
    expect(readCondition(`${'('.repeat(2_000)}'a' in topics${')'.repeat(2_000)}`).problem?.message).toContain('Nests deeper');
    expect(readCondition(`${'!'.repeat(4_900)}'a' in topics`).problem?.message).toContain('Nests deeper');
  });
});
