import { IndexSet, entriesOf, type AttemptReader, type PageEntry, type PageReader } from '#libs/sends';
import type { batchPlannedV1 } from '#libs/events';
import type { z } from 'zod';
import { placeOfAttempt } from '../attempts/attempt-place.ts';
import type { AttemptSubject } from '../attempts/attempt-rules.ts';
import { BatchUnknown } from './batch-errors.ts';

export type BatchPlanned = z.output<typeof batchPlannedV1.data>;

/** What an event asks for: an attempt at some messages of a planned batch. */
export interface BatchWork {
  readonly subject: AttemptSubject;
  /** All entries of the batch: an entry's position is its message's. */
  readonly entries: readonly PageEntry[];
}

/** Reads the plan behind an event: what is to be tried is decided by stored documents, never by the event. */
export class BatchWorks {
  constructor(
    private readonly pages: PageReader,
    private readonly attempts: AttemptReader,
  ) {}

  /** Throws BatchUnknown where the event names something that was never planned. */
  async find(event: BatchPlanned): Promise<BatchWork> {
    const found = await this.pages.findBatch(event.batchId);
    const place = placeOfAttempt(event.batchId, event.attemptId);
    if (!found || !place || found.page.app !== event.app) throw new BatchUnknown(event.attemptId);
    const { page, batch, index } = found;
    const mask = place.parent ? await this.#maskOfRetry(place.parent) : IndexSet.upTo(batch.size);
    if (!mask) throw new BatchUnknown(event.attemptId);
    const { app, sendId } = page;
    const { provider, lane } = batch;
    return {
      subject: { id: event.attemptId, batchId: batch.id, app, sendId, provider, lane, depth: place.depth, mask },
      entries: entriesOf(page, index),
    };
  }

  /** The retry plan of an attempt is final once the attempt is done; nobody has reason to ask before. */
  async #maskOfRetry({ id, slot }: { id: string; slot: number }): Promise<IndexSet | undefined> {
    const parent = await this.attempts.findById(id);
    return parent?.state === 'done' ? parent.retry[slot]?.messages : undefined;
  }
}
