import type { batchAttemptedV1 } from '#libs/events';
import { type BatchResult, IndexSet, type OutcomeCode, type PackedResult, doubtsOf } from '#libs/sends';
import type { z } from 'zod';

/** What the dispatcher says of one attempt, as the event carries it. */
export type AttemptReport = z.output<typeof batchAttemptedV1.data>;

interface LatestResult {
  readonly depth: number;
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
}

/**
 * The batch's results with one more report taken in: the latest attempt of each message counts, a lower one never overwrites a
 * higher one, and taking a report twice changes nothing (then the very `current` comes back).
 */
export function mergeAttempt(current: BatchResult, report: AttemptReport, now: number): BatchResult {
  if ((current.seen[report.attemptId] ?? 0) >= report.revision) return current;
  const latest = latestOf(current);
  const retrying = IndexSet.parse(report.retrying);
  const final = new Set(current.final);
  for (const { outcome, reason, messages } of report.results) {
    for (const index of IndexSet.parse(messages)) {
      if ((latest[index]?.depth ?? 0) > report.depth) continue;
      latest[index] = { depth: report.depth, outcome: outcome as OutcomeCode, reason };
      if (retrying.has(index)) final.delete(index);
      else final.add(index);
    }
  }
  return {
    ...current,
    ...packed(latest),
    revision: current.revision + 1,
    seen: { ...current.seen, [report.attemptId]: report.revision },
    final: IndexSet.of(final),
    doubts: doubtsWith(current, report),
    imported: current.imported.union(IndexSet.parse(report.imported ?? '')),
    pendingFindings: [...current.pendingFindings, ...report.tokens],
    settled: final.size === current.size,
    updatedAt: now,
  };
}

/** A newer report of an attempt knows all that an older one knew; each attempt's doubts count on their own. */
function doubtsWith({ doubts }: BatchResult, { attemptId, doubt, doubtAgain = 0 }: AttemptReport): BatchResult['doubts'] {
  const copies = doubtsOf({ doubt: IndexSet.parse(doubt), doubtAgain });
  return copies === 0 ? doubts : { ...doubts, [attemptId]: copies };
}

function latestOf(result: BatchResult): (LatestResult | undefined)[] {
  const latest = new Array<LatestResult | undefined>(result.size);
  const depths = new Map(result.depths.flatMap(({ depth, messages }) => [...messages].map((index) => [index, depth] as const)));
  for (const { outcome, reason, messages } of result.results) {
    for (const index of messages) latest[index] = { depth: depths.get(index) ?? 1, outcome, reason };
  }
  return latest;
}

function packed(latest: readonly (LatestResult | undefined)[]): Pick<BatchResult, 'results' | 'depths'> {
  const results = new Map<string, PackedResult>();
  const depths = new Map<number, IndexSet>();
  for (const [index, message] of latest.entries()) {
    if (!message) continue;
    const { outcome, reason, depth } = message;
    entry(results, `${outcome}\n${reason ?? ''}`, () => ({ outcome, reason, messages: IndexSet.empty() })).messages.add(index);
    entry(depths, depth, () => IndexSet.empty()).add(index);
  }
  return { results: [...results.values()], depths: [...depths].map(([depth, messages]) => ({ depth, messages })) };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
