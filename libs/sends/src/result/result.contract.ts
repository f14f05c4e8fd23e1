import { batchSettledV1, eventOf } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import { aResult, sendId } from '#libs/testing';
import { IndexSet } from '../index-set.ts';
import type { ResultReader, ResultRepository } from './result.store.ts';
import type { BatchResult } from './result.ts';

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

function finding(index: number) {
  return {
    index,
    outcome: 'token_invalid',
    reason: 'Unregistered',
    fingerprint: 'f',
    confirmedAt: 1,
    imported: false,
    invalidSince: null,
    sealedToken: null,
  } as const;
}

/** Sets as texts. */
function plain(result: BatchResult | undefined): unknown {
  return JSON.parse(JSON.stringify(result ?? null));
}

export function resultRepositoryContract(
  adapter: string,
  open: () => Promise<{ results: ResultRepository; published(): Promise<readonly string[]> }>,
): void {
  describe(`${adapter} as a result repository`, () => {
    it('drops the results of one send, some at a time, and of no other', async () => {
      const { results } = await open();
      const otherSend = 'b0000000-0000-5000-8000-000000000001';
      const other = aResult(7, { sendId: otherSend, batchId: `${otherSend}:0:000000:7` });
      for (const result of [aResult(0), aResult(1), aResult(2), other]) await results.save(result, []);

      expect([await results.dropOfSend(sendId, 2), await results.dropOfSend(sendId, 2), await results.dropOfSend(sendId, 2)]).toEqual([
        2, 1, 0,
      ]);
      expect(await results.findById(other.batchId)).toBeDefined();
    });

    it('finds what has findings, of one provider, page by page', async () => {
      const { results } = await open();
      const found = [aResult(0), aResult(1), aResult(2)].map((result) => ({ ...result, pendingFindings: [finding(1)], dueAt: null }));
      for (const result of [...found, aResult(3)]) await results.save(result, []);
      const provider = found[0]!.provider;
      const ids = async (after: string | null) => (await results.withFindings(provider, after, 2)).map(({ batchId }) => batchId);

      const first = await ids(null);

      expect(first).toEqual(found.slice(0, 2).map(({ batchId }) => batchId));
      expect(await ids(first[1]!)).toEqual([found[2]!.batchId]);
      expect(await results.withFindings(provider === 'apns' ? 'fcm' : 'apns', null, 2)).toEqual([]);
    });

    it('gives results back as they were stored', async () => {
      const { results } = await open();
      const stored = aResult(0, {
        results: [{ outcome: 'accepted', reason: null, messages: IndexSet.of([0, 2]) }],
        depths: [{ depth: 2, messages: IndexSet.of([0, 2]) }],
        final: IndexSet.of([0, 2]),
        doubts: { x: 1 },
        imported: IndexSet.of([0]),
        seen: { x: 3 },
        pendingFindings: [finding(1)],
        settled: true,
        updatedAt: 5,
        dueAt: 7,
      });

      await results.save(stored, []);

      expect(plain(await results.findById(stored.batchId))).toEqual(plain(stored));
      expect(await results.findById('nothing:0:000000:0')).toBeUndefined();
    });

    it('refuses a save built on an old revision, and says nothing for it', async () => {
      const { results, published } = await open();
      const event = eventOf(batchSettledV1, { app: 'demo', sendId, batchId: aResult(0).batchId }, { id: 'settled', source: 'test', at: 0 });
      await results.save(aResult(0), [event]);

      await expect(results.save(aResult(0), [event])).rejects.toThrow(StaleRevision);
      await expect(results.save(aResult(0, { revision: 3 }), [event])).rejects.toThrow(StaleRevision);
      expect(await published()).toEqual(['settled']);
    });

    it('finds what is due, earliest first', async () => {
      const { results } = await open();
      await results.save(aResult(0, { dueAt: 20 }), []);
      await results.save(aResult(1, { dueAt: 10 }), []);
      await results.save(aResult(2, { dueAt: 31 }), []);
      await results.save(aResult(3), []);

      const due = await results.findDue(30, 10);

      expect(due.map(({ dueAt }) => dueAt)).toEqual([10, 20]);
    });

    it('counts final answers of a provider, imported tokens apart', async () => {
      const { results } = await open();
      const answers: BatchResult['results'] = [
        { outcome: 'accepted', reason: null, messages: IndexSet.of([0]) },
        { outcome: 'token_invalid', reason: 'Unregistered', messages: IndexSet.of([1, 2]) },
        { outcome: 'expired', reason: null, messages: IndexSet.of([3]) },
      ];
      await results.save(aResult(0, { results: answers, final: IndexSet.upTo(4), imported: IndexSet.of([2]) }), []);
      await results.save(aResult(1, { results: answers, final: IndexSet.of([0]) }), []);

      expect(await results.purgeTally(sendId, 'apns')).toEqual({
        confirmed: { answers: 3, invalid: 1 },
        imported: { answers: 1, invalid: 1 },
      });
      expect(await results.purgeTally(sendId, 'fcm')).toEqual({
        confirmed: { answers: 0, invalid: 0 },
        imported: { answers: 0, invalid: 0 },
      });
    });

    it('counts the findings that wait, and those that only a person can release', async () => {
      const { results } = await open();
      await results.save(aResult(0, { pendingFindings: [finding(0), finding(1)] }), []);
      await results.save(aResult(1), []);
      await results.save(aResult(2, { pendingFindings: [finding(0)], dueAt: 5 }), []);

      expect(await results.pendingFindings()).toEqual({ apns: { all: 3, held: 2 } });
    });
  });
}
