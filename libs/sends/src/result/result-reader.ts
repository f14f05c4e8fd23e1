import type { BatchResult, ResultCounts } from './batch-result.ts';

/** The headers of a send's results, summed. */
export interface ResultSums extends ResultCounts {
  readonly byProvider: Readonly<Record<string, { accepted: number; failed: number; suppressed: number; settledBatches: number }>>;
  readonly settledBatches: number;
  /** ms; null when there are no results. */
  readonly updatedAt: number | null;
}

/** Reads results; feedback alone writes them. */
export abstract class ResultReader {
  abstract findById(batchId: string): Promise<BatchResult | undefined>;
  /** Those of the given batches that have results. At most 1,000 ids. */
  abstract findByIds(batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchResult>>;
  abstract sums(sendId: string): Promise<ResultSums>;
}
