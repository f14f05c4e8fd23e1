import { type AttemptReader, IndexSet, type PageEntry, type PageReader } from '#libs/sends';
import { type AttemptSubject, placeOfAttempt } from '#libs/sends/attempt/writing';
import type { batchPlannedV1 } from '#libs/events';
import type { z } from 'zod';
import { BatchUnknown } from './batch-errors.ts';

export type BatchPlanned = z.output<typeof batchPlannedV1.data>;

/** Reads the plan behind an event: what is to be tried is decided by stored documents, never by the event. */
export class BatchWorks {
  constructor(
    private readonly pages: PageReader,
    private readonly attempts: AttemptReader,
  ) {}

  /** The attempt at some messages of a planned batch that the event asks for. Throws BatchUnknown where that was never planned. */
  async find(event: BatchPlanned): Promise<AttemptSubject> {
    const found = await this.pages.findBatch(event.batchId);
    const place = placeOfAttempt(event.batchId, event.attemptId);
    if (!found || !place || found.page.app !== event.app) throw new BatchUnknown(event.attemptId);
    const { page, batch } = found;
    const mask = place.parent ? await this.#maskOfRetry(place.parent) : IndexSet.upTo(batch.size);
    if (!mask) throw new BatchUnknown(event.attemptId);
    const { app, sendId } = page;
    const { provider, lane } = batch;
    return { id: event.attemptId, batchId: batch.id, app, sendId, provider, lane, depth: place.depth, mask };
  }

  /** All entries of the batch; its messages' recipients, which are read once their turn has come. */
  async entries({ batchId }: AttemptSubject): Promise<readonly PageEntry[]> {
    return this.pages.entriesOfBatch(batchId);
  }

  /** The retry plan of an attempt is final once the attempt is done; nobody has reason to ask before. */
  async #maskOfRetry({ id, slot }: { id: string; slot: number }): Promise<IndexSet | undefined> {
    const parent = await this.attempts.findById(id);
    return parent?.state === 'done' ? parent.retry[slot]?.messages : undefined;
  }
}
