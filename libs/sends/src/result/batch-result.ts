import type { Lane, ProviderName } from '#libs/kernel';
import type { PackedResult, TokenFinding } from '../attempt/attempt.ts';
import { IndexSet } from '../index-set.ts';
import { classOf } from '../outcome-code.ts';
import { placeOfBatch } from '../plan/page.ts';

/** The latest word on each message of a batch, merged from its attempts; feedback alone writes it. */
export interface BatchResult {
  readonly batchId: string;
  readonly app: string;
  readonly sendId: string;
  readonly slice: number;
  readonly provider: ProviderName;
  readonly lane: Lane;
  /** 0: not stored yet. */
  readonly revision: number;
  readonly size: number;
  /** The newest revision of each attempt that has been taken in. */
  readonly seen: Readonly<Record<string, number>>;
  /** Latest result by message; disjoint. */
  readonly results: readonly PackedResult[];
  /** Which depth each message's latest result is of: messages by depth, disjoint. */
  readonly depths: readonly { readonly depth: number; readonly messages: IndexSet }[];
  /** Messages whose latest result is final. */
  readonly final: IndexSet;
  /** By attempt: how many copies of its messages may be at the provider without our knowing. */
  readonly doubts: Readonly<Record<string, number>>;
  /** Messages whose token came by import and was never confirmed (R51). */
  readonly imported: IndexSet;
  /** What providers said of tokens and has not been carried out yet: waiting, or held by the mass-purge breaker. */
  readonly pendingFindings: readonly TokenFinding[];
  /** Every message has its last word. */
  readonly settled: boolean;
  readonly updatedAt: number;
  /** When the sweep has to look at the findings; null when there are none, or when the mass-purge breaker holds them. */
  readonly dueAt: number | null;
}

/** A batch of which nothing is known yet. */
export function noResult(
  batch: { readonly id: string; readonly size: number; readonly provider: ProviderName; readonly lane: Lane },
  app: string,
): BatchResult {
  const { sendId, slice } = placeOfBatch(batch.id);
  return {
    batchId: batch.id,
    app,
    sendId,
    slice,
    provider: batch.provider,
    lane: batch.lane,
    revision: 0,
    size: batch.size,
    seen: {},
    results: [],
    depths: [],
    final: IndexSet.empty(),
    doubts: {},
    imported: IndexSet.empty(),
    pendingFindings: [],
    settled: false,
    updatedAt: 0,
    dueAt: null,
  };
}

/** The final results of a batch, counted. */
export interface ResultCounts {
  readonly accepted: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly possibleDuplicates: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly suppressedBy: Readonly<Record<string, number>>;
}

export function countsOf(result: BatchResult): ResultCounts {
  const counts = { accepted: 0, failed: 0, suppressed: 0 };
  const outcomes: Record<string, number> = {};
  const suppressedBy: Record<string, number> = {};
  for (const { outcome, reason, messages } of result.results) {
    const size = messages.intersect(result.final).size;
    if (size === 0) continue;
    const kind = classOf(outcome);
    counts[kind] += size;
    if (kind === 'failed') outcomes[outcome] = (outcomes[outcome] ?? 0) + size;
    if (kind === 'suppressed') suppressedBy[reason ?? 'unknown'] = (suppressedBy[reason ?? 'unknown'] ?? 0) + size;
  }
  return { ...counts, possibleDuplicates: Object.values(result.doubts).reduce((sum, doubts) => sum + doubts, 0), outcomes, suppressedBy };
}
