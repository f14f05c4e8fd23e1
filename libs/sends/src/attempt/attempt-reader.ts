import type { Attempt } from './attempt.ts';

/** Reads attempts; the dispatcher alone writes them. */
export abstract class AttemptReader {
  abstract findById(id: string): Promise<Attempt | undefined>;
  /** Every attempt at a batch, in order of depth. */
  abstract ofBatch(batchId: string): Promise<readonly Attempt[]>;
  /** Which of these batches have been claimed at least once. At most 1,000 ids. */
  abstract claimed(batchIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Batches of a send with a live window: messages may be on the wire. */
  abstract openWindows(sendId: string): Promise<number>;
}
