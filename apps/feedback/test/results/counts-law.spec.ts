import { MemoryLiveEvents } from '#libs/coordination';
import { SqliteEventLog } from '#libs/messaging';
import { type Page, SqlitePageReader, SqliteResultReader, batchId, pageId, resultMigrations, sendsMigrations } from '#libs/sends';
import { insertPage } from '#libs/sends/page/writing';
import { SqliteResultRepository } from '#libs/sends/result/writing';
import { SqliteStore } from '#libs/storage';
import { FixedClock, aPage, aPageEntry } from '#libs/testing';
import fc from 'fast-check';
import { MarkStatistics } from '../../src/statistics/mark-statistics.ts';
import { SqliteStatisticsStore, statisticsMigrations } from '../../src/statistics/sqlite-statistics-store.ts';
import { MergeResults } from '../../src/results/merge-results.ts';
import { BatchStory, type Fate } from './test-batch-story.ts';
import { copiesInDoubt, lastWords, tally } from './test-reference-counts.ts';
import type { AttemptReport } from '../../src/results/merge-attempt.ts';

const sendId = 'a0000000-0000-5000-8000-000000000001';
const sizes = [5, 3];

/** A send of one page: two batches, and two installations that planning left out. */
function plannedPage(): Page {
  const batches = sizes.map(
    (size, n) => ({ id: batchId(pageId(sendId, 0, 0), n), provider: 'apns', lane: 'bulk', size, dueAt: 0 }) as const,
  );
  const planned = sizes.flatMap((size, batch) =>
    Array.from({ length: size }, (_, n) => aPageEntry({ installationId: `phone-${batch}-${n}`, batch })),
  );
  const left = ['left-1', 'left-2'].map((installationId) => aPageEntry({ installationId, batch: null, suppressedBy: 'unsubscribed' }));
  return aPage({ sendId, batches, entries: [...planned, ...left] });
}

/** A send's story, what has been delivered of it, and what is stored. */
class Send {
  readonly stories: readonly BatchStory[];
  readonly #delivered: AttemptReport[][] = sizes.map(() => []);
  readonly #merge: MergeResults;
  readonly #pages: SqlitePageReader;
  readonly #sums: SqliteResultReader;

  private constructor(store: SqliteStore, page: Page) {
    const clock = new FixedClock();
    this.stories = page.batches.map((batch) => new BatchStory(batch, sendId));
    this.#pages = new SqlitePageReader(store);
    this.#sums = new SqliteResultReader(store);
    this.#merge = new MergeResults(
      new SqliteResultRepository(store, new SqliteEventLog(store, clock)),
      this.#pages,
      new MarkStatistics(new SqliteStatisticsStore(store), clock),
      new MemoryLiveEvents(),
      clock,
    );
  }

  static async planned(): Promise<Send> {
    const store = new SqliteStore({ file: ':memory:' });
    store.migrate(sendsMigrations);
    store.migrate(resultMigrations);
    store.migrate(statisticsMigrations);
    const page = plannedPage();
    await store.write(() => {
      insertPage(store, page);
    });
    return new Send(store, page);
  }

  async deliver(batch: number, report: AttemptReport): Promise<void> {
    await this.#merge.execute(report);
    this.#delivered[batch]?.push(report);
    await this.expectCounts();
  }

  /** targeted = suppressed + accepted + failed + remaining, each term counted message by message from what has been delivered. */
  async expectCounts(): Promise<void> {
    const words = this.#words().flat();
    const [plan, sums] = [await this.#pages.sums(sendId), await this.#sums.sums(sendId)];
    const { accepted, failed, suppressed, possibleDuplicates, outcomes, suppressedBy } = sums;
    const count = (kind: (typeof words)[number]['kind']) => words.filter((word) => word.kind === kind).length;

    expect({ accepted, failed, suppressed, outcomes, suppressedBy }).toEqual({
      accepted: count('accepted'), failed: count('failed'), suppressed: count('suppressed'), outcomes: tally(words, 'failed'),
      suppressedBy: tally(words, 'suppressed'),
    }); // prettier-ignore
    expect(possibleDuplicates).toBe(this.#delivered.reduce((sum, reports) => sum + copiesInDoubt(reports), 0));
    expect(sums.settledBatches).toBe(this.#words().filter((batch) => batch.every(({ kind }) => kind !== null)).length);
    const plannedOut = Object.values(plan.suppressedBy).reduce((sum, many) => sum + many, 0);
    expect(plan.targeted).toBe(plannedOut + suppressed + accepted + failed + count(null));
  }

  /** Every message has its last word; what the provider took and we do not tell of, or took more than once, is in doubt. */
  async expectTruth(): Promise<void> {
    const sums = await this.#sums.sums(sendId);
    const all = this.#words();
    const taken = this.stories.flatMap((story) => story.taken);
    const lied = all.flatMap((words, batch) =>
      words.filter(
        ({ kind, isDoubted }, index) => !isDoubted && (this.stories[batch]?.taken[index] ?? 0) !== (kind === 'accepted' ? 1 : 0),
      ),
    );
    expect(lied).toEqual([]);
    expect(all.flat().filter(({ kind }) => kind === null)).toEqual([]);
    const messagesTaken = taken.filter((times) => times > 0).length;
    expect(sums.accepted).toBeLessThanOrEqual(messagesTaken);
    expect(taken.reduce((sum, times) => sum + times, 0)).toBeLessThanOrEqual(sums.accepted + sums.possibleDuplicates);
  }

  #words() {
    return this.stories.map((story, batch) => lastWords(this.#delivered[batch] ?? [], story.batch.size));
  }
}

const fate = (outcome: string, more: Partial<Fate> = {}): Fate => ({
  outcome,
  reason: null,
  isTaken: false,
  isDoubtful: false,
  isRetried: false,
  ...more,
});
const accepted = fate('accepted', { isTaken: true });
const fates = [
  accepted,
  accepted,
  fate('token_invalid', { reason: 'Unregistered' }),
  fate('skipped', { reason: 'owner_changed' }),
  fate('dead'),
  fate('retry_later', { isRetried: true }),
  fate('provider_down', { reason: 'timeout', isTaken: true, isDoubtful: true, isRetried: true }),
  fate('provider_down', { reason: 'timeout', isTaken: true, isDoubtful: true }),
  fate('provider_down', { reason: 'timeout', isDoubtful: true, isRetried: true }),
];

const batch = fc.nat({ max: sizes.length - 1 });
const pick = fc.nat({ max: 20 });
const windowSize = fc.integer({ min: 1, max: 5 });
const happening = fc.oneof(
  fc.record({ kind: fc.constant('begin' as const), batch, windowSize }),
  fc.record({ kind: fc.constant('work' as const), batch, pick, fates: fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 5 }), windowSize }),
  fc.record({ kind: fc.constant('die' as const), batch, pick, isTaken: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }) }),
  fc.record({ kind: fc.constant('takeOver' as const), batch, pick, windowSize }),
  fc.record({ kind: fc.constant('retry' as const), batch, pick, windowSize }),
  fc.record({ kind: fc.constant('replay' as const), batch, pick }),
  fc.record({ kind: fc.constant('deliver' as const), batch, pick }),
  fc.record({ kind: fc.constant('deliver' as const), batch, pick }),
); // prettier-ignore
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

async function happen(send: Send, one: Happening): Promise<void> {
  const story = send.stories[one.batch];
  if (!story) return;
  switch (one.kind) {
    case 'begin':
      story.begin(one.windowSize);
      return;
    case 'work':
      story.work(one.pick, one.fates, one.windowSize);
      return;
    case 'die':
      story.die(one.pick, one.isTaken);
      return;
    case 'takeOver':
      story.takeOver(one.pick, one.windowSize);
      return;
    case 'retry':
      story.retry(one.pick, one.windowSize);
      return;
    case 'replay':
      story.replay(one.pick);
      return;
    case 'deliver': {
      const report = story.reports[one.pick % story.reports.length];
      if (report) await send.deliver(one.batch, report);
    }
  }
}

/** The world calms down: everything is taken over, sent and answered. */
function finish(story: BatchStory): void {
  story.begin(5);
  while (!story.isOver) {
    story.takeOver(0, 5);
    story.work(0, [accepted], 5);
    story.retry(0, 5);
  }
}

/** Architecture 6, promise 8. */
describe('The counts of a send', () => {
  it('add up after every report, in any order and twice, and never understate doubt', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 60, size: 'max' }), fc.infiniteStream(fc.nat()), async (history, order) => {
        const send = await Send.planned();
        await send.expectCounts();
        for (const one of history) await happen(send, one);
        for (const [at, story] of send.stories.entries()) {
          finish(story);
          const twice = [...story.reports, ...story.reports].map((report) => ({ report, place: order.next().value as number }));
          for (const { report } of twice.sort((one, other) => one.place - other.place)) await send.deliver(at, report);
        }
        await send.expectTruth();
      }),
      { numRuns: 150 },
    );
  });
});
