import fc from 'fast-check';
import { IndexSet } from '../src/index-set.ts';

const indexes = fc.uniqueArray(fc.nat(700), { maxLength: 60 });
const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);

describe('a set of positions in a batch', () => {
  it('comes back from its text as it was', () => {
    fc.assert(
      fc.property(indexes, (values) => {
        const set = IndexSet.parse(IndexSet.of(values).toString());

        expect([...set]).toEqual(sorted(values));
        expect(set.size).toBe(values.length);
        expect(set.isEmpty).toBe(values.length === 0);
      }),
    );
  });

  it('unites, subtracts and intersects like mathematics', () => {
    fc.assert(
      fc.property(indexes, indexes, (a, b) => {
        const [left, right] = [new Set(a), new Set(b)];

        expect([...IndexSet.of(a).union(IndexSet.of(b))]).toEqual(sorted(left.union(right)));
        expect([...IndexSet.of(a).minus(IndexSet.of(b))]).toEqual(sorted(left.difference(right)));
        expect([...IndexSet.of(a).intersect(IndexSet.of(b))]).toEqual(sorted(left.intersection(right)));
      }),
    );
  });

  it('holds every position up to a size', () => {
    for (const size of [0, 1, 7, 8, 9, 10, 500]) {
      expect([...IndexSet.upTo(size)]).toEqual([...new Array(size).keys()]);
      expect(IndexSet.upTo(size).toString()).toBe(IndexSet.of(new Array(size).keys()).toString());
    }
  });

  it('gives its first ones in ascending order', () => {
    fc.assert(
      fc.property(indexes, fc.nat(80), (values, most) => {
        expect(IndexSet.of(values).toArray(most)).toEqual(sorted(values).slice(0, most));
        expect(IndexSet.of(values).first).toBe(sorted(values)[0]);
      }),
    );
  });
});
