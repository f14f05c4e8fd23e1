import { IndexSet, type PackedResult } from '#libs/sends';
import type { Answer } from './answer.ts';

const reasonsKept = 40;
const reasonLength = 200;

/** Each outcome and reason once, with its messages. Reasons are cut and, past a number of them, left out: a document stays small whatever providers say. */
export function packResults(before: readonly PackedResult[], answers: ReadonlyMap<number, Answer>): readonly PackedResult[] {
  const packed = new Map(before.map((result) => [keyOf(result), { ...result, messages: IndexSet.empty().union(result.messages) }]));
  for (const [position, { outcome, reason }] of answers) {
    let result = { outcome, reason: reason?.slice(0, reasonLength) ?? null };
    if (packed.size >= reasonsKept && !packed.has(keyOf(result))) result = { outcome, reason: null };
    const key = keyOf(result);
    let group = packed.get(key);
    if (!group) packed.set(key, (group = { ...result, messages: IndexSet.empty() }));
    group.messages.add(position);
  }
  return [...packed.values()];
}

/** Every message that has a result. */
export function messagesOf(results: readonly PackedResult[]): IndexSet {
  return results.reduce((all, { messages }) => all.union(messages), IndexSet.empty());
}

function keyOf({ outcome, reason }: Pick<PackedResult, 'outcome' | 'reason'>): string {
  return reason === null ? outcome : `${outcome} ${reason}`;
}
