import type { LiveEvents } from '#libs/coordination';
import { batchSettledV1, eventOf, type DomainEvent } from '#libs/events';
import { againWhenStale, crashPoint, inSpan, uuid5, type Clock, PushError } from '#libs/kernel';
import { type BatchResult, type PageReader, noResult, sendChannel } from '#libs/sends';
import type { ResultRepository } from '#libs/sends/result/writing';
import type { MarkStatistics } from '../statistics/mark-statistics.ts';
import { mergeAttempt, type AttemptReport } from './merge-attempt.ts';

/** A report speaks of a batch that no page holds. */
class BatchNotPlanned extends PushError {
  readonly code = 'batch_not_planned';
  readonly retryable = true;

  constructor(readonly batchId: string) {
    super(`No page holds a batch ${batchId}`);
  }
}

const conflicts = 20;

/**
 * Takes one report of the dispatcher into the batch's results and, with its last word, says `batch.settled.v1` in the same write.
 * Taking a report twice changes nothing. Answers the results as stored. Throws BatchNotPlanned, DependencyUnavailable.
 */
export class MergeResults {
  constructor(
    private readonly results: ResultRepository,
    private readonly pages: PageReader,
    private readonly statistics: MarkStatistics,
    private readonly live: LiveEvents,
    private readonly clock: Clock,
  ) {}

  async execute(report: AttemptReport): Promise<BatchResult> {
    const facts = { 'carillon.app': report.app, 'carillon.send.id': report.sendId, 'carillon.batch.id': report.batchId };
    return inSpan('merge outcomes', { kind: 'internal', facts }, async (span) => {
      const result = await this.#merge(report);
      span?.add({ 'carillon.settled': result.settled, 'carillon.findings': result.pendingFindings.length });
      return result;
    });
  }

  async #merge(report: AttemptReport): Promise<BatchResult> {
    return againWhenStale(conflicts, async () => {
      const current = (await this.results.findById(report.batchId)) ?? (await this.#unknown(report));
      const merged = mergeAttempt(current, report, this.clock.now());
      if (merged === current) return current;
      const next = { ...merged, dueAt: merged.pendingFindings.length > 0 ? this.clock.now() : null };
      if (current.settled) await this.statistics.changed(next.app, next.sendId, next.updatedAt); // a dead letter was replayed
      crashPoint('feedback.merge.before');
      await this.results.save(next, current.settled || !next.settled ? [] : [this.#settled(next)]);
      crashPoint('feedback.merge.after');
      this.live.tell(sendChannel(next.sendId));
      return next;
    });
  }

  async #unknown({ batchId, app }: AttemptReport): Promise<BatchResult> {
    const found = await this.pages.findBatch(batchId);
    if (!found) throw new BatchNotPlanned(batchId);
    return noResult(found.batch, app);
  }

  #settled({ app, sendId, batchId, revision }: BatchResult): DomainEvent {
    return eventOf(
      batchSettledV1,
      { app, sendId, batchId },
      { id: uuid5('batch.settled', batchId, String(revision)), source: 'carillon/feedback', at: this.clock.now() },
    );
  }
}
