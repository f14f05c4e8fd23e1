import type { ResultSums } from './result-reader.ts';

/** Headers of results of one provider whose counts by outcome are alike, added up. */
export interface AlikeResults {
  readonly provider: string;
  /** As JSON, of each one of them. */
  readonly outcomes: string;
  readonly suppressedBy: string;
  readonly batches: number;
  readonly settled: number;
  readonly accepted: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly doubt: number;
  /** Of the newest, ms. */
  readonly updatedAt: number;
}

interface ProviderSums {
  accepted: number;
  failed: number;
  suppressed: number;
  settledBatches: number;
}

/** Batches whose counts are alike come as one row: their texts are parsed once and multiplied. */
export function sumsOf(rows: readonly AlikeResults[]): ResultSums {
  const totals = { accepted: 0, failed: 0, suppressed: 0, possibleDuplicates: 0, settledBatches: 0 };
  const outcomes: Record<string, number> = {};
  const suppressedBy: Record<string, number> = {};
  const byProvider: Record<string, ProviderSums> = {};
  let updatedAt: number | null = null;
  for (const row of rows) {
    const provider = (byProvider[row.provider] ??= { accepted: 0, failed: 0, suppressed: 0, settledBatches: 0 });
    for (const into of [totals, provider]) {
      into.accepted += row.accepted;
      into.failed += row.failed;
      into.suppressed += row.suppressed;
      into.settledBatches += row.settled;
    }
    totals.possibleDuplicates += row.doubt;
    addTimes(outcomes, row.outcomes, row.batches);
    addTimes(suppressedBy, row.suppressedBy, row.batches);
    updatedAt = Math.max(updatedAt ?? 0, row.updatedAt);
  }
  return { ...totals, outcomes, suppressedBy, byProvider, updatedAt };
}

function addTimes(into: Record<string, number>, counts: string, times: number): void {
  for (const [name, count] of Object.entries(JSON.parse(counts) as Record<string, number>)) into[name] = (into[name] ?? 0) + count * times;
}
