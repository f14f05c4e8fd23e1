import { IndexSet, type RetrySlot } from '#libs/sends';

/** Due times in the plan of one attempt, at most (correctness P2). */
const maxSlots = 4;

/** Adds messages to a retry plan. Where there are too many due times, neighbours are joined: nothing is ever tried before its time. */
export function planRetries(
  before: readonly RetrySlot[],
  wanted: Iterable<readonly [position: number, dueAt: number]>,
): readonly RetrySlot[] {
  const byTime = new Map(before.map(({ dueAt, messages }) => [dueAt, IndexSet.empty().union(messages)]));
  for (const [position, dueAt] of wanted) {
    let messages = byTime.get(dueAt);
    if (!messages) byTime.set(dueAt, (messages = IndexSet.empty()));
    messages.add(position);
  }
  let slots: readonly RetrySlot[] = [...byTime].map(([dueAt, messages]) => ({ dueAt, messages })).sort((a, b) => a.dueAt - b.dueAt);
  while (slots.length > maxSlots) slots = joined(slots);
  return slots;
}

/** Joins the two neighbours whose messages lose the least time by it. */
function joined(slots: readonly RetrySlot[]): readonly RetrySlot[] {
  let cheapest = 0;
  let least = Infinity;
  for (const [at, slot] of slots.entries()) {
    const next = slots[at + 1];
    if (!next) break;
    const cost = (next.dueAt - slot.dueAt) * slot.messages.size;
    if (cost < least) [cheapest, least] = [at, cost];
  }
  return slots.flatMap((slot, at) => {
    if (at === cheapest) return [];
    const earlier = at === cheapest + 1 ? slots[cheapest] : undefined;
    return [earlier ? { dueAt: slot.dueAt, messages: earlier.messages.union(slot.messages) } : slot];
  });
}

export function messagesToRetry(slots: readonly RetrySlot[]): IndexSet {
  return slots.reduce((all, { messages }) => all.union(messages), IndexSet.empty());
}
