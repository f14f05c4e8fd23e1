import type { batchPlannedV1 } from '#libs/events';
import { PushError } from '#libs/kernel';
import { IndexSet, type AttemptReader, type BatchEntries, type PageReader, type SendReader } from '#libs/sends';
import { Answers, failed, pending, placeOfAttempt, type AttemptSubject } from '#libs/sends/attempt/writing';
import type { z } from 'zod';
import type { ClaimAttempt } from '../attempts/claim-attempt.ts';
import type { RecordAttempt } from '../attempts/record-attempt.ts';

export type BatchPlanned = z.output<typeof batchPlannedV1.data>;

/** An event names a batch or an attempt that is not stored: it was never planned, or its time of keeping is over. */
class BatchUnknown extends PushError {
  readonly code = 'batch_unknown';
  readonly retryable = false;

  constructor(
    readonly attemptId: string,
    options?: ErrorOptions,
  ) {
    super(`No batch is planned for attempt ${attemptId}`, options);
  }
}

/** An attempt at a planned batch. */
export interface PlannedAttempt {
  readonly subject: AttemptSubject;
  /** When it may go, ms. */
  readonly notBefore: number;
  /** It is among the first of its send to its provider, by which the others are judged. */
  readonly isCanary: boolean;
}

/** Reads the plan behind an event: what is to be tried is decided by stored documents, never by the event. */
export class PlannedBatches {
  constructor(
    private readonly pages: PageReader,
    private readonly attempts: AttemptReader,
  ) {}

  /** The attempt at some messages of a planned batch that the event asks for. Throws BatchUnknown where that was never planned. */
  async find(event: BatchPlanned): Promise<PlannedAttempt> {
    const found = await this.pages.findBatch(event.batchId);
    const place = placeOfAttempt(event.batchId, event.attemptId);
    if (!found || !place || found.page.app !== event.app) throw new BatchUnknown(event.attemptId);
    const { page, batch } = found;
    const mask = place.parent ? await this.#maskOfRetry(place.parent) : IndexSet.upTo(batch.size);
    if (!mask) throw new BatchUnknown(event.attemptId);
    const { app, sendId } = page;
    const { provider, lane, dueAt, isCanary = false } = batch;
    const subject = { id: event.attemptId, batchId: batch.id, app, sendId, provider, lane, depth: place.depth, mask };
    return { subject, notBefore: dueAt, isCanary };
  }

  /** All entries of the batch; its messages' recipients, which are read once their turn has come. */
  async entries({ batchId }: AttemptSubject): Promise<BatchEntries> {
    return this.pages.entriesOfBatch(batchId);
  }

  /** The retry plan of an attempt is final once the attempt is done; nobody has reason to ask before. */
  async #maskOfRetry({ id, slot }: { id: string; slot: number }): Promise<IndexSet | undefined> {
    const parent = await this.attempts.findById(id);
    return parent?.state === 'done' ? parent.retry[slot]?.messages : undefined;
  }
}

/** The event of a batch could not be handled: its messages are `dead`, so that the counts close. A replay opens them again. Safe to repeat. */
export class BuryBatch {
  constructor(
    private readonly batches: PlannedBatches,
    private readonly sends: SendReader,
    private readonly claims: ClaimAttempt,
    private readonly records: RecordAttempt,
  ) {}

  /** `reason`: the dead letter's code. What was never planned counts nowhere. */
  async execute(event: BatchPlanned, reason: string): Promise<void> {
    const subject = await this.#subjectOf(event);
    const send = subject && (await this.sends.findById(subject.app, subject.sendId));
    const attempt = send && (await this.claims.execute(subject));
    if (attempt) await this.records.execute(attempt, send, Answers.all(pending(attempt), failed('dead', reason)), null);
  }

  async #subjectOf(event: BatchPlanned) {
    try {
      return (await this.batches.find(event)).subject;
    } catch (error) {
      if (error instanceof BatchUnknown) return undefined;
      throw error;
    }
  }
}
