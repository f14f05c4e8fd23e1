import type { Page, PageEntry, PlannedBatch } from './page.ts';

/** What planning says of a send without its entries: the headers of its pages, summed. */
export interface PlanSums {
  readonly targeted: number;
  readonly suppressedBy: Readonly<Record<string, number>>;
  /** By provider: targeted (planned into batches) and suppressed at planning. */
  readonly byProvider: Readonly<Record<string, { planned: number; suppressed: number; batches: number }>>;
  readonly batches: number;
  readonly pages: number;
  /** When the latest page was planned, ms; null when there are none. */
  readonly plannedAt?: number | null;
}

export type PageHeader = Omit<Page, 'entries'> & { readonly targeted: number };

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
  /** The entries of a batch: an entry's position is its message's. None where nothing was planned under the id. */
  abstract entriesOfBatch(batchId: string): Promise<readonly PageEntry[]>;
}
