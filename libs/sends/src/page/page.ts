import { batchPlannedV1, eventOf, type DomainEvent } from '#libs/events';
import { firstAttemptId } from '../attempt/attempt.ts';
import type { Lane, ProviderName } from '#libs/kernel';
import type { Variables } from '../message.ts';
import type { Suppression } from '../outcome-code.ts';

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
  /** Where no batch says it, and it is known. */
  readonly provider?: ProviderName;
  /** Where a frequency cap leaves it out: which of the send's, and when that would be over, ms. */
  readonly cap?: { readonly index: number; readonly until: number };
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
  /** When it goes, ms: when it was planned, or later where quiet hours hold it. */
  readonly dueAt: number;
  /** Of the first messages of its send to its provider, which go before the others. Not so unless said. */
  readonly isCanary?: true;
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
  /** Until when it takes the slice's share of the send's rate, ms; absent where there is none. */
  readonly pacedUntil?: number;
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

/** Whom the messages of a batch are for, a column a field: an entry's place is its message's position. */
export interface BatchEntries {
  readonly installationIds: readonly string[];
  readonly ownerEpochs: readonly number[];
  /** Of single recipients, by position. */
  readonly variables: ReadonlyMap<number, Variables>;
}

export const NO_ENTRIES: BatchEntries = { installationIds: [], ownerEpochs: [], variables: new Map() };

type ProviderSums = PlanSums['byProvider'][string];

/** What sums need of a page, small enough to be read by the thousand. */
export interface PageSums {
  readonly suppressedBy: Readonly<Record<string, number>>;
  readonly byProvider: Readonly<Record<string, ProviderSums>>;
  readonly batches: readonly (readonly [provider: ProviderName, lane: Lane, size: number, dueAt: number, isCanary?: true])[];
  /** Of the page. */
  readonly pacedUntil?: number;
}

export function pageSumsOf(page: Page): PageSums {
  const suppressedBy: Record<string, number> = {};
  const byProvider: Record<string, ProviderSums> = {};
  const add = (provider: ProviderName, more: Partial<ProviderSums>) => {
    byProvider[provider] = addedSums(byProvider[provider], more);
  };
  for (const { suppressedBy: rule, batch, provider } of page.entries) {
    if (rule !== null) suppressedBy[rule] = (suppressedBy[rule] ?? 0) + 1;
    if (provider && batch === null) add(provider, rule === null ? { planned: 1 } : { suppressed: 1 });
  }
  for (const { provider, size, dueAt } of page.batches)
    add(provider, { planned: size, batches: 1, ...(dueAt > page.plannedAt && { held: 1 }) });
  const batches = page.batches.map(({ provider, lane, size, dueAt, isCanary }): PageSums['batches'][number] =>
    isCanary ? [provider, lane, size, dueAt, isCanary] : [provider, lane, size, dueAt],
  );
  return { suppressedBy, byProvider, batches, ...(page.pacedUntil !== undefined && { pacedUntil: page.pacedUntil }) };
}

function addedSums(
  sum: ProviderSums | undefined,
  { planned = 0, suppressed = 0, batches = 0, held = 0 }: Partial<ProviderSums>,
): ProviderSums {
  const before = sum ?? { planned: 0, suppressed: 0, batches: 0 };
  const heldNow = (before.held ?? 0) + held;
  return {
    planned: before.planned + planned,
    suppressed: before.suppressed + suppressed,
    batches: before.batches + batches,
    ...(heldNow > 0 && { held: heldNow }),
  };
}

export function batchesOf(pageId: string, sums: PageSums): PlannedBatch[] {
  return sums.batches.map(([provider, lane, size, dueAt, isCanary], index) => ({
    ...{ id: batchId(pageId, index), provider, lane, size, dueAt },
    ...(isCanary && { isCanary }),
  }));
}

/** The sums of more and more pages. */
export class PlanTotal {
  #targeted = 0;
  #batches = 0;
  #pages = 0;
  #plannedAt: number | null = null;
  #laterUntil = 0;
  readonly #suppressedBy: Record<string, number> = {};
  readonly #byProvider: Record<string, ProviderSums> = {};

  add(targeted: number, plannedAt: number, page: PageSums): void {
    this.#plannedAt = Math.max(this.#plannedAt ?? 0, plannedAt);
    this.#targeted += targeted;
    this.#batches += page.batches.length;
    this.#pages += 1;
    for (const [, , , dueAt] of page.batches) if (dueAt > plannedAt) this.#laterUntil = Math.max(this.#laterUntil, dueAt);
    for (const [rule, count] of Object.entries(page.suppressedBy)) this.#suppressedBy[rule] = (this.#suppressedBy[rule] ?? 0) + count;
    for (const [provider, more] of Object.entries(page.byProvider))
      this.#byProvider[provider] = addedSums(this.#byProvider[provider], more);
  }

  sums(): PlanSums {
    return {
      targeted: this.#targeted,
      suppressedBy: this.#suppressedBy,
      byProvider: this.#byProvider,
      batches: this.#batches,
      pages: this.#pages,
      plannedAt: this.#plannedAt,
      ...(this.#laterUntil > 0 && { laterUntil: this.#laterUntil }),
    };
  }
}

/** What planning says of a send without its entries: the headers of its pages, summed. */
export interface PlanSums {
  readonly targeted: number;
  readonly suppressedBy: Readonly<Record<string, number>>;
  /** By provider: targeted (planned into batches) and suppressed at planning; how many of the batches were planned for later. */
  readonly byProvider: Readonly<Record<string, { planned: number; suppressed: number; batches: number; held?: number }>>;
  readonly batches: number;
  readonly pages: number;
  /** When the latest page was planned, ms; null when there are none. */
  readonly plannedAt?: number | null;
  /** When the last of the batches goes that were planned for later, ms; absent where none was. */
  readonly laterUntil?: number;
}

export type PageHeader = Omit<Page, 'entries'> & { readonly targeted: number };

/** Tells dispatchers of batches; saying it again is harmless, because an attempt is claimed once. */
export function batchesPlanned({ app, sendId }: Pick<Page, 'app' | 'sendId'>, batches: readonly PlannedBatch[], at: number): DomainEvent[] {
  return batches.map(({ id, provider, lane }) =>
    eventOf(
      batchPlannedV1,
      { app, sendId, batchId: id, attemptId: firstAttemptId(id), provider, lane },
      { source: 'carillon/campaign', at },
    ),
  );
}
