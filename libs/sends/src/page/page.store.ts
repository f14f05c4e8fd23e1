import type { DomainEvent } from '#libs/events';
import type { BatchEntries, Page, PageHeader, PlannedBatch, PlanSums } from './page.ts';

/** Reads pages; campaign alone inserts them. Entries are most of a page: they are read where they are asked for, and kept nowhere. */
export abstract class PageReader {
  /** The first page of the slice whose `through` is at or behind the key: it decided the key. */
  abstract findCovering(sendId: string, slice: number, key: string): Promise<Page | undefined>;
  /** Headers of pages `n ≥ from`, in order. */
  abstract headers(sendId: string, slice: number, from: number, limit: number): Promise<readonly PageHeader[]>;
  /** Whole pages of all slices in (slice, n) order after a place, for streaming results. */
  abstract after(sendId: string, place: { slice: number; n: number } | null, limit: number): Promise<readonly Page[]>;
  abstract sums(sendId: string): Promise<PlanSums>;
  /** The batch with its page's header; undefined where nothing was planned under the id. */
  abstract findBatch(batchId: string): Promise<{ page: PageHeader; batch: PlannedBatch } | undefined>;
  /** The entries of a batch; none where nothing was planned under the id. */
  abstract entriesOfBatch(batchId: string): Promise<BatchEntries>;
}

/** Writes pages; none is ever changed. All calls may throw DependencyUnavailable. */
export abstract class PageRepository extends PageReader {
  /** The stored page of a slice with the highest number; undefined where none is stored. */
  abstract last(sendId: string, slice: number): Promise<PageHeader | undefined>;
  /** Stores page and events together; false, and nothing stored or said, where a page of that place is there. */
  abstract insert(page: Page, events: readonly DomainEvent[]): Promise<boolean>;
  /** Drops at most `limit` pages of a send that is forgotten; answers how many. */
  abstract dropOfSend(sendId: string, limit: number): Promise<number>;
}
