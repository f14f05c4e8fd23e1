import type { batchAttemptedV1 } from '#libs/events';
import { type BatchResult, IndexSet, type OutcomeCode, type PackedResult, doubtsOf } from '#libs/sends';
import type { z } from 'zod';

/** What the dispatcher says of one attempt, as the event carries it. */
export type AttemptReport = z.output<typeof batchAttemptedV1.data>;

/**
 * The batch's results with one more report taken in: the latest attempt of each message counts, a lower one never overwrites a
 * higher one, and taking a report twice changes nothing (then the very `current` comes back).
 */
export function mergeAttempt(current: BatchResult, report: AttemptReport, now: number): BatchResult {
  if ((current.seen[report.attemptId] ?? 0) >= report.revision) return current;
  const retrying = IndexSet.parse(report.retrying);
  const later = current.depths.filter(({ depth }) => depth > report.depth);
  const laterWords = later.reduce((all, { messages }) => all.union(messages), IndexSet.empty());
  let { results, depths, final } = current;
  for (const { outcome, reason, messages } of report.results) {
    const taken = IndexSet.parse(messages).minus(laterWords);
    results = placed(results, { outcome: outcome as OutcomeCode, reason, messages: taken }, isSameWord);
    depths = placed(depths, { depth: report.depth, messages: taken }, isSameDepth);
    final = final.minus(taken).union(taken.minus(retrying));
  }
  return {
    ...current,
    results,
    depths,
    revision: current.revision + 1,
    seen: { ...current.seen, [report.attemptId]: report.revision },
    final,
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

interface Placed {
  readonly messages: IndexSet;
}

/** Disjoint sets of messages, after some of them have gone where they belong now; in the order of their first messages. */
function placed<T extends Placed>(before: readonly T[], added: T, isSame: (one: T, other: T) => boolean): readonly T[] {
  if (added.messages.isEmpty) return before;
  const known = before.find((one) => isSame(one, added));
  const others = before.filter((one) => one !== known).map((one) => ({ ...one, messages: one.messages.minus(added.messages) }));
  const joined = known ? { ...known, messages: known.messages.union(added.messages) } : added;
  const all = [...others.filter(({ messages }) => !messages.isEmpty), joined];
  return all.sort((one, other) => (one.messages.first ?? 0) - (other.messages.first ?? 0));
}

function isSameWord(one: PackedResult, other: PackedResult): boolean {
  return one.outcome === other.outcome && one.reason === other.reason;
}

function isSameDepth(one: { readonly depth: number }, other: { readonly depth: number }): boolean {
  return one.depth === other.depth;
}
