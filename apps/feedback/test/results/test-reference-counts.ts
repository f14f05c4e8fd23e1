import { IndexSet } from '#libs/sends';
import type { AttemptReport } from '../../src/results/merge-attempt.ts';

/** What a set of reports says of one message, in whatever order they came. */
export interface LastWord {
  /** Null while the message waits for its first answer or for another attempt. */
  readonly kind: 'accepted' | 'failed' | 'suppressed' | null;
  readonly word: string | null;
  readonly isDoubted: boolean;
}

/** The newest report of each attempt. */
function newestOf(reports: readonly AttemptReport[]): readonly AttemptReport[] {
  const newest = new Map<string, AttemptReport>();
  for (const report of reports) if (report.revision > (newest.get(report.attemptId)?.revision ?? 0)) newest.set(report.attemptId, report);
  return [...newest.values()];
}

/** Every doubt of every attempt, each time it arose. */
export function copiesInDoubt(reports: readonly AttemptReport[]): number {
  return newestOf(reports).reduce((sum, { doubt, doubtAgain = 0 }) => sum + IndexSet.parse(doubt).size + doubtAgain, 0);
}

/** Reads every report anew: of each attempt the highest revision, of those that answer for the message the deepest. */
export function lastWords(reports: readonly AttemptReport[], size: number): readonly LastWord[] {
  const newest = newestOf(reports);
  return Array.from({ length: size }, (_, index) => lastWord(newest, index));
}

function lastWord(reports: readonly AttemptReport[], index: number): LastWord {
  const isDoubted = reports.some(({ doubt }) => IndexSet.parse(doubt).has(index));
  const answers = reports.flatMap(({ depth, results, retrying }) => {
    const result = results.find(({ messages }) => IndexSet.parse(messages).has(index));
    return result ? [{ ...result, depth, isFinal: !IndexSet.parse(retrying).has(index) }] : [];
  });
  const deepest = answers.sort((one, other) => other.depth - one.depth)[0];
  if (!deepest?.isFinal) return { kind: null, word: null, isDoubted };
  const kind = kindOf(deepest.outcome);
  return { kind, word: kind === 'suppressed' ? deepest.reason : deepest.outcome, isDoubted };
}

/** The final outcomes, as the design sorts them. */
function kindOf(outcome: string): NonNullable<LastWord['kind']> {
  if (outcome === 'skipped') return 'suppressed';
  return outcome === 'accepted' || outcome === 'token_moved' ? 'accepted' : 'failed';
}

/** How often each word was said of messages of a kind. */
export function tally(words: readonly LastWord[], kind: LastWord['kind']): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const one of words) if (one.kind === kind && one.word !== null) counts[one.word] = (counts[one.word] ?? 0) + 1;
  return counts;
}
