import { IndexSet, type BatchResult, type ResultReader } from '#libs/sends';
import type { ResultRepository } from './result.repository.ts';
import { aResult, sendId } from '../../test/results/test-results.ts';

/** What any reader of results promises of what the repository beside it has stored. */
export function resultReaderContract(
  adapter: string,
  open: () => Promise<{ readonly results: ResultRepository; readonly reader: ResultReader }>,
): void {
  describe(`${adapter} as a reader of results`, () => {
    const final = IndexSet.upTo(4);
    const accepted: BatchResult['results'] = [{ outcome: 'accepted', reason: null, messages: final }];
    const mixed: BatchResult['results'] = [
      { outcome: 'token_invalid', reason: 'Unregistered', messages: IndexSet.of([0, 1]) },
      { outcome: 'skipped', reason: 'no_token', messages: IndexSet.of([2]) },
      { outcome: 'retry_later', reason: null, messages: IndexSet.of([3]) },
    ];

    it('finds results by the ids of their batches', async () => {
      const { results, reader } = await open();
      for (const n of [0, 1]) await results.save(aResult(n), []);
      const ids = [0, 1, 2].map((n) => aResult(n).batchId);

      const found = await reader.findByIds(ids);

      expect([...found.keys()].sort()).toEqual(ids.slice(0, 2));
      expect((await reader.findById(ids[1] ?? ''))?.batchId).toBe(ids[1]);
      expect(await reader.findById(ids[2] ?? '')).toBeUndefined();
    });

    it('adds up the results of a send, whatever is alike in them', async () => {
      const { results, reader } = await open();
      const settled = { settled: true, final, results: accepted };
      await results.save(aResult(0, { ...settled, updatedAt: 10, doubts: { 'b:1': 2, 'b:1.0': 1 } }), []);
      await results.save(aResult(1, { ...settled, updatedAt: 20 }), []);
      await results.save(aResult(2, { results: mixed, final: IndexSet.upTo(3), updatedAt: 15, provider: 'fcm' }), []);
      await results.save(aResult(3, { ...settled, sendId: 'another' }), []);

      expect(await reader.sums(sendId)).toEqual({
        accepted: 8,
        failed: 2,
        suppressed: 1,
        possibleDuplicates: 3,
        outcomes: { token_invalid: 2 },
        suppressedBy: { no_token: 1 },
        byProvider: {
          apns: { accepted: 8, failed: 0, suppressed: 0, settledBatches: 2 },
          fcm: { accepted: 0, failed: 2, suppressed: 1, settledBatches: 0 },
        },
        settledBatches: 2,
        updatedAt: 20,
      });
    });

    it('follows a result that changes', async () => {
      const { results, reader } = await open();
      await results.save(aResult(0), []);
      await results.save(aResult(0, { revision: 2, settled: true, final, results: accepted, updatedAt: 3 }), []);

      expect(await reader.sums(sendId)).toMatchObject({ accepted: 4, settledBatches: 1, updatedAt: 3 });
    });

    it('knows nothing of a send without results', async () => {
      const { reader } = await open();

      expect(await reader.sums(sendId)).toMatchObject({ accepted: 0, settledBatches: 0, byProvider: {}, updatedAt: null });
    });
  });
}
