import type { DomainEvent } from '#libs/events';
import type { ProviderName } from '#libs/kernel';
import type { BatchResult, PurgeTally, ResultSums } from './result.ts';

/** Reads results; feedback alone writes them. */
export abstract class ResultReader {
  abstract findById(batchId: string): Promise<BatchResult | undefined>;
  /** Those of the given batches that have results. At most 1,000 ids. */
  abstract findByIds(batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchResult>>;
  abstract sums(sendId: string): Promise<ResultSums>;
}

export interface PendingFindings {
  readonly all: number;
  /** Those of results without `dueAt`: held by the mass-purge breaker until a later send shows that their cause is gone. */
  readonly held: number;
}

/** Reads and writes results. All calls may throw DependencyUnavailable. */
export abstract class ResultRepository extends ResultReader {
  /** Stores result and events together, if the stored revision is `result.revision - 1` (1: not stored). Throws StaleRevision. */
  abstract save(result: BatchResult, events: readonly DomainEvent[]): Promise<void>;
  /** Drops at most `limit` results of a send that is forgotten; answers how many. */
  abstract dropOfSend(sendId: string, limit: number): Promise<number>;
  /** Results whose `dueAt` has come (ms), earliest first. */
  abstract findDue(now: number, limit: number): Promise<readonly BatchResult[]>;
  /** The final answers of one provider to a send so far. */
  abstract purgeTally(sendId: string, provider: ProviderName): Promise<PurgeTally>;
  /** Results of a provider with findings that have not been carried out, in order of their batches' ids, after `after`. */
  abstract withFindings(provider: ProviderName, after: string | null, limit: number): Promise<readonly BatchResult[]>;
  /** Findings about tokens that have not been carried out, by provider; for metrics. */
  abstract pendingFindings(): Promise<Readonly<Record<string, PendingFindings>>>;
}
