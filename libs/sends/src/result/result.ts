import type { Lane, ProviderName } from '#libs/kernel';
import type { PackedResult, TokenFinding } from '../attempt/attempt.ts';
import { IndexSet } from '../index-set.ts';
import { classOf } from '../outcome-code.ts';
import { placeOfBatch } from '../page/page.ts';

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

/** The word on a message among results that are disjoint; undefined where there is none yet. */
export function wordOn(results: readonly PackedResult[], index: number): PackedResult | undefined {
  return results.find(({ messages }) => messages.has(index));
}

/** Copies of messages of the batch may be at the provider without our knowing. */
export function isInDoubt({ doubts }: BatchResult): boolean {
  return Object.values(doubts).some((copies) => copies > 0);
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

/** Final answers of providers, and how many of them called the token invalid. */
export interface ProviderAnswers {
  readonly answers: number;
  readonly invalid: number;
}

/** Tokens confirmed by their SDK, and tokens only imported, each counted apart (R51). */
export interface PurgeTally {
  readonly confirmed: ProviderAnswers;
  readonly imported: ProviderAnswers;
}

/** Outcomes that we decided without asking a provider. */
const ours = ['expired', 'template_error', 'dead'];

export function tallyOf(result: BatchResult): PurgeTally {
  const all = { answers: 0, invalid: 0 };
  const imported = { answers: 0, invalid: 0 };
  for (const { outcome, messages } of result.results) {
    if (classOf(outcome) === 'suppressed' || ours.includes(outcome)) continue;
    const final = messages.intersect(result.final);
    count(all, outcome, final);
    count(imported, outcome, final.intersect(result.imported));
  }
  return { confirmed: { answers: all.answers - imported.answers, invalid: all.invalid - imported.invalid }, imported };
}

function count(tally: { answers: number; invalid: number }, outcome: string, messages: IndexSet): void {
  const { size } = messages;
  tally.answers += size;
  if (outcome === 'token_invalid') tally.invalid += size;
}

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

/** The headers of a send's results, summed. */
export interface ResultSums extends ResultCounts {
  readonly byProvider: Readonly<Record<string, { accepted: number; failed: number; suppressed: number; settledBatches: number }>>;
  readonly settledBatches: number;
  /** ms; null when there are no results. */
  readonly updatedAt: number | null;
}
