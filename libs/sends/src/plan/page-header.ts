import type { Lane, ProviderName } from '#libs/kernel';
import { batchId, type Page, type PlannedBatch } from './page.ts';
import type { PlanSums } from './page-reader.ts';

type ProviderSums = PlanSums['byProvider'][string];

/** What sums need of a page, small enough to be read by the thousand. */
export interface PageSums {
  readonly suppressedBy: Readonly<Record<string, number>>;
  readonly byProvider: Readonly<Record<string, ProviderSums>>;
  readonly batches: readonly (readonly [provider: ProviderName, lane: Lane, size: number, dueAt: number])[];
}

export function pageSumsOf(page: Page): PageSums {
  const suppressedBy: Record<string, number> = {};
  const byProvider: Record<string, ProviderSums> = {};
  const add = (provider: ProviderName, { planned = 0, suppressed = 0, batches = 0 }) => {
    const sum = byProvider[provider] ?? { planned: 0, suppressed: 0, batches: 0 };
    byProvider[provider] = { planned: sum.planned + planned, suppressed: sum.suppressed + suppressed, batches: sum.batches + batches };
  };
  for (const { suppressedBy: rule, batch, provider } of page.entries) {
    if (rule !== null) suppressedBy[rule] = (suppressedBy[rule] ?? 0) + 1;
    if (provider && batch === null) add(provider, rule === null ? { planned: 1 } : { suppressed: 1 });
  }
  for (const { provider, size } of page.batches) add(provider, { planned: size, batches: 1 });
  return { suppressedBy, byProvider, batches: page.batches.map(({ provider, lane, size, dueAt }) => [provider, lane, size, dueAt]) };
}

export function batchesOf(pageId: string, sums: PageSums): PlannedBatch[] {
  return sums.batches.map(([provider, lane, size, dueAt], index) => ({ id: batchId(pageId, index), provider, lane, size, dueAt }));
}

/** The sums of more and more pages. */
export class PlanTotal {
  #targeted = 0;
  #batches = 0;
  #pages = 0;
  #plannedAt: number | null = null;
  readonly #suppressedBy: Record<string, number> = {};
  readonly #byProvider: Record<string, ProviderSums> = {};

  add(targeted: number, plannedAt: number, page: PageSums): void {
    this.#plannedAt = Math.max(this.#plannedAt ?? 0, plannedAt);
    this.#targeted += targeted;
    this.#batches += page.batches.length;
    this.#pages += 1;
    for (const [rule, count] of Object.entries(page.suppressedBy)) this.#suppressedBy[rule] = (this.#suppressedBy[rule] ?? 0) + count;
    for (const [provider, { planned, suppressed, batches }] of Object.entries(page.byProvider)) {
      const sum = this.#byProvider[provider] ?? { planned: 0, suppressed: 0, batches: 0 };
      this.#byProvider[provider] = {
        planned: sum.planned + planned,
        suppressed: sum.suppressed + suppressed,
        batches: sum.batches + batches,
      };
    }
  }

  sums(): PlanSums {
    return {
      targeted: this.#targeted,
      suppressedBy: this.#suppressedBy,
      byProvider: this.#byProvider,
      batches: this.#batches,
      pages: this.#pages,
      plannedAt: this.#plannedAt,
    };
  }
}
