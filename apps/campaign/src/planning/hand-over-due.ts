import type { Lane } from '#libs/kernel';

/** A lost event is said again after this long. */
const firstAfterMs: Readonly<Record<Lane, number>> = { transactional: 5_000, bulk: 15_000 };
const maxMs = 60_000;
const nextWhileQueuedMs = 5_000;

/** When to look again at what has waited since `since` (ms): when it is overdue, later after as long as it has waited already, a minute at most. */
export function handOverDueAt(lane: Lane, since: number, now: number): number {
  const waited = now - since;
  return waited < firstAfterMs[lane] ? overdueAt(lane, since) : now + Math.min(waited, maxMs);
}

/** When to look again at what is overdue and may stand in its queue: what is not there any more is then known to be lost. */
export function nextLookWhileQueued(now: number): number {
  return now + nextWhileQueuedMs;
}

/** When what was said at `since` (ms) should have been taken. */
export function overdueAt(lane: Lane, since: number): number {
  return since + firstAfterMs[lane];
}

export function isOverdue(lane: Lane, since: number, now: number): boolean {
  return now >= overdueAt(lane, since);
}
