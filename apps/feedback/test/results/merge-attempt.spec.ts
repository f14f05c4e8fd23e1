import { type BatchResult, IndexSet, countsOf, noResult } from '#libs/sends';
import fc from 'fast-check';
import { mergeAttempt, type AttemptReport } from '../../src/results/merge-attempt.ts';

const batch = { id: 'send:0:000000:0', size: 6, provider: 'apns', lane: 'bulk' } as const;

function report(facts: Partial<AttemptReport>): AttemptReport {
  return {
    app: 'demo',
    sendId: 'send',
    batchId: batch.id,
    attemptId: `${batch.id}:1`,
    depth: 1,
    revision: 2,
    provider: 'apns',
    lane: 'bulk',
    at: '2026-01-01T00:00:00.000Z',
    results: [],
    retrying: '',
    doubt: '',
    tokens: [],
    ...facts,
  };
}

function said(outcome: string, ...indexes: number[]) {
  return { outcome, reason: null, messages: IndexSet.of(indexes).toString() };
}

function merged(...reports: AttemptReport[]): BatchResult {
  return reports.reduce((result, next) => mergeAttempt(result, next, 0), noResult(batch, 'demo'));
}

const first = report({
  results: [said('accepted', 0, 1, 2), said('retry_later', 3, 4), said('token_invalid', 5)],
  retrying: IndexSet.of([3, 4]).toString(),
});
const second = report({ attemptId: `${batch.id}:1.0`, depth: 2, results: [said('accepted', 3), said('expired', 4)] });

describe('the results of a batch', () => {
  it('count the latest attempt of each message', () => {
    const result = merged(first, second);

    expect(countsOf(result)).toMatchObject({ accepted: 4, failed: 2, suppressed: 0, outcomes: { token_invalid: 1, expired: 1 } });
    expect(result.settled).toBe(true);
  });

  it('are not settled while a message waits for another attempt', () => {
    const result = merged(first);

    expect(result.settled).toBe(false);
    expect(countsOf(result)).toMatchObject({ accepted: 3, failed: 1 });
  });

  it('do not change when a report comes twice', () => {
    const result = merged(first, second);

    expect(mergeAttempt(result, first, 1)).toBe(result);
    expect(mergeAttempt(result, second, 1)).toBe(result);
  });

  it('come out the same in whatever order the attempts arrive', () => {
    const counts = (result: BatchResult) => [countsOf(result), result.settled, [...result.final]];
    const attempts = fc.array(
      fc.array(fc.constantFrom('accepted', 'retry_later', 'token_invalid', 'skipped'), { minLength: 6, maxLength: 6 }),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(attempts, fc.infiniteStream(fc.nat()), (outcomes, order) => {
        const reports = outcomes.map((messages, at) =>
          report({
            attemptId: `${batch.id}:1${'.0'.repeat(at)}`,
            depth: at + 1,
            results: messages.map((outcome, index) => said(outcome, index)),
            retrying: IndexSet.of(at < outcomes.length - 1 ? [0, 1, 2, 3, 4, 5] : []).toString(),
            doubt: IndexSet.of([at]).toString(),
          }),
        );
        const keys = reports.map(() => order.next().value as number);
        const shuffled = reports
          .map((one, at) => ({ one, key: keys[at]! }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);

        expect(counts(merged(...shuffled))).toEqual(counts(merged(...reports)));
      }),
    );
  });

  it('count a message in doubt once for each attempt that left it there', () => {
    const doubt = IndexSet.of([0, 1]).toString();
    const waiting = { results: [said('retry_later', 0, 1)], retrying: doubt, doubt };
    const child = { attemptId: `${batch.id}:1.0`, depth: 2 };

    const result = merged(
      report(waiting),
      report({ ...waiting, ...child, doubtAgain: 1 }),
      report({ ...waiting, ...child, revision: 3, doubtAgain: 1 }),
    );

    expect(countsOf(result).possibleDuplicates).toBe(5);
  });

  it('never forget a doubt', () => {
    const result = merged(
      report({ results: [said('retry_later', 0)], retrying: IndexSet.of([0]).toString(), doubt: IndexSet.of([0]).toString() }),
      second,
    );

    expect(countsOf(result).possibleDuplicates).toBe(1);
  });
});
