import { fromBeginning, type PartitionProgress } from '../../src/consuming/partition-progress.ts';
import { commitOf, metadataOf } from '../../src/kafka/kafka-progress.ts';

describe('progress in the metadata of a commit', () => {
  it('is the same after it was stored', () => {
    const progress: PartitionProgress = { next: 7, tries: new Map([[8, 2]]), open: true, suspect: { offset: 7, deaths: 2, inHand: true } };

    expect(commitOf(7, metadataOf(progress, 'me'))).toEqual({ by: 'me', progress });
    expect(commitOf(0, metadataOf(fromBeginning, 'me'))).toEqual({ by: 'me', progress: fromBeginning });
  });

  it('fits what brokers take, and keeps the tries of those that failed most', () => {
    const tries = new Map(Array.from({ length: 1_000 }, (_, n) => [1_000_000_000_000 + n, n % 100 === 0 ? 4 : 1]));
    const suspect = { offset: 1_000_000_000_000, deaths: 1, inHand: false };

    const text = metadataOf({ next: 1_000_000_000_000, tries, open: true, suspect }, 'somebody');

    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_096);
    const { progress: kept } = commitOf(1_000_000_000_000, text);
    expect(kept).toMatchObject({ open: true, suspect });
    expect([...kept.tries.values()].filter((count) => count === 4)).toHaveLength(10);
    expect(kept.tries.size).toBeGreaterThan(100);
  });

  it.each([[null], [''], ['moved by hand'], ['{"tries":"many"}'], ['me {"tries":"many"}'], ['me {'], ['[]'], ['null']])(
    'says only the offset where others wrote it: %s',
    (metadata) => {
      expect(commitOf(5, metadata)).toEqual({ by: null, progress: { ...fromBeginning, next: 5 } });
    },
  );
});
