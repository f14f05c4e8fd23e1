import type { IndexSet } from '../index-set.ts';
import { classOf } from '../outcome-code.ts';
import type { BatchResult } from './batch-result.ts';

/** Final answers of providers, and how many of them called the token invalid. */
export interface Answers {
  readonly answers: number;
  readonly invalid: number;
}

/** Tokens confirmed by their SDK, and tokens only imported, each counted apart (R51). */
export interface PurgeTally {
  readonly confirmed: Answers;
  readonly imported: Answers;
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
