import { tooMuchIn } from '../src/json-shape.ts';

const shape = (text: string) => tooMuchIn(Buffer.from(text));
const list = (count: number, item = '0') => `[${Array(count).fill(item).join()}]`;
const object = (count: number) => `{${Array.from({ length: count }, (_, index) => `"k${index}":0`).join()}}`;

describe('the shape of a JSON text', () => {
  it.each([
    ['nothing', ''],
    ['a text full of brackets', JSON.stringify('[{,'.repeat(50_000))],
    ['a text with escaped quotes', JSON.stringify('"\\"[,'.repeat(50_000))],
    ['a list of 20,000 items', list(20_000)],
    ['an object of 1,000 members', object(1_000)],
    ['64 levels', '['.repeat(64) + ']'.repeat(64)],
    ['12 lists in a list', list(12, list(20_000))],
    ['what is no JSON', ']]]]}}}}"\\'],
  ])('takes %s', (_what, text) => {
    expect(shape(text)).toBeUndefined();
  });

  it.each([
    ['a list of 20,001 items', list(20_001), 'list'],
    ['an object of 1,001 members', object(1_001), 'members'],
    ['65 levels', '['.repeat(65) + ']'.repeat(65), 'levels'],
    ['too many values in all', list(13, list(20_000)), 'values'],
    ['levels that never end', '{"a":'.repeat(1_000_000), 'levels'],
  ])('refuses %s', (_what, text, word) => {
    expect(shape(text)).toContain(word);
  });
});
