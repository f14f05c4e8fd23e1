import type { Lane } from '#libs/kernel';

/** A lost event is said again after this long; batches of a broadcast wait longer in their queue without being lost. */
const firstAfterMs: Readonly<Record<Lane, number>> = { transactional: 5_000, bulk: 15_000 };
const longestMs = 60_000;
const nextWhileMovingMs = 5_000;

/** When to look again at what has waited since `since` (ms): when it is overdue, later after as long as it has waited already, a minute at most. */
export function handOverDueAt(lane: Lane, since: number, now: number): number {
  const waited = now - since;
  return waited < firstAfterMs[lane] ? since + firstAfterMs[lane] : now + Math.min(waited, longestMs);
}

/** When to look again where batches are being taken: what stands in a queue is not lost, and what is lost is soon overtaken. */
export function nextLookWhileMoving(now: number): number {
  return now + nextWhileMovingMs;
}

/** Whether what was planned at `since` should have been taken by now. */
export function isOverdue(lane: Lane, since: number, now: number): boolean {
  return now - since >= firstAfterMs[lane];
}
