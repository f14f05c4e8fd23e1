import { FairLine } from '../src/fair-line.ts';

function lineOf(...items: readonly [share: string, item: number][]): FairLine<number> {
  const line = new FairLine<number>();
  for (const [share, item] of items) line.add(share, item);
  return line;
}

function all(line: FairLine<number>): (number | undefined)[] {
  const taken: (number | undefined)[] = [];
  while (!line.isEmpty) taken.push(line.next());
  return taken;
}

describe('a fair line', () => {
  it('gives shares their turns one after the other, each in the order its own came', () => {
    const line = lineOf(['much', 1], ['much', 2], ['much', 3], ['little', 10], ['much', 4], ['other', 20]);

    expect(all(line)).toEqual([1, 10, 20, 2, 3, 4]);
    expect(line.next()).toBeUndefined();
  });

  it('lets a share that comes late in after one turn of each other', () => {
    const line = lineOf(['a', 1], ['a', 2], ['a', 3], ['b', 10], ['b', 11]);
    const first = line.next();
    line.add('late', 20);

    expect([first, ...all(line)]).toEqual([1, 10, 2, 20, 11, 3]);
  });
});
