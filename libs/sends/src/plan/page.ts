import type { Lane, ProviderName } from '#libs/kernel';
import type { Suppression } from '../outcome-code.ts';
import type { Variables } from '../message.ts';

export const BATCH_LIMIT = 500;
export const PAGE_ENTRIES = 1_000;
export const PAGE_SCAN = 20_000;

/** One targeted installation: planned into a batch, or suppressed by a rule; neither in a dry run that would send to it. */
export interface PageEntry {
  readonly installationId: string;
  readonly ownerEpoch: number;
  /** The index of the batch in the page's list; null when suppressed. */
  readonly batch: number | null;
  readonly suppressedBy: Suppression | null;
  /** Where no batch says it, and the installation still exists. */
  readonly provider?: ProviderName;
  /** Of this recipient alone; over the send's. */
  readonly variables?: Variables;
}

export interface PlannedBatch {
  /** `send:slice:n:b` */
  readonly id: string;
  readonly provider: ProviderName;
  readonly lane: Lane;
  /** Its messages are the page's entries with this batch's index, in page order; their positions there are the indexes of every IndexSet. */
  readonly size: number;
  /** ms */
  readonly dueAt: number;
}

/** The plan of one key range, decided once and never updated. */
export interface Page {
  /** `send:slice:n`, n six digits. */
  readonly id: string;
  readonly app: string;
  readonly sendId: string;
  readonly slice: number;
  readonly n: number;
  /** Keys in `(after, through]`. */
  readonly after: string;
  readonly through: string;
  /** The slice ends here. */
  readonly last: boolean;
  readonly entries: readonly PageEntry[];
  readonly batches: readonly PlannedBatch[];
  readonly plannedAt: number;
  /** Entries of the slice's pages up to and with this one; what `maxRecipients` is compared with. */
  readonly targetedSoFar?: number;
}

export function pageId(sendId: string, slice: number, n: number): string {
  return `${sendId}:${slice}:${String(n).padStart(6, '0')}`;
}

export function batchId(page: string, index: number): string {
  return `${page}:${index}`;
}

/** Where a batch stands: `send:slice:n:b` taken apart. */
export function placeOfBatch(batch: string): { sendId: string; slice: number; n: number; index: number } {
  const [sendId = '', slice = '', n = '', index = ''] = batch.split(':');
  return { sendId, slice: Number(slice), n: Number(n), index: Number(index) };
}

/** The entries of one batch, in order. */
export function entriesOf(page: Page, index: number): readonly PageEntry[] {
  return page.entries.filter((entry) => entry.batch === index);
}
