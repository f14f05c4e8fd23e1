import { IndexSet, type Attempt } from '#libs/sends';
import type { Answer, Answers } from './answer.ts';
import { inDoubt, next, pending, windowOf, type Holder, type Parking } from './attempt-rules.ts';
import { packResults } from './packed-results.ts';
import { planRetries } from './retry-plan.ts';

export interface RetryBounds {
  /** Of the send, ms: what would be tried at or after it is `expired` now. */
  readonly expiresAt: number;
  /** At this depth every answer is the last. */
  readonly maxDepth: number;
}

/** What happens to the messages that still have no answer: the next window, or parking. */
export type Continuation =
  { readonly kind: 'window'; readonly holder: Holder; readonly windowSize: number } | { readonly kind: 'park'; readonly parking: Parking };

/**
 * Stores answers, doubt, findings and the retry plan, and closes the window, all in one step. Where every message is answered the
 * attempt is done; only then is its retry plan final, and only then are its children published.
 */
export function recordAnswers(attempt: Attempt, answers: Answers, bounds: RetryBounds, rest: Continuation, now: number): Attempt {
  const decided = new Map<number, Answer>();
  const doubtful: number[] = [];
  const retries: [number, number][] = [];
  for (const [position, given] of answers.messages) {
    const answer = lastWord(given, attempt.depth, bounds);
    decided.set(position, answer);
    if (answer.doubtful) doubtful.push(position);
    if (answer.retryAt !== null) retries.push([position, answer.retryAt]);
  }
  const recorded: Attempt = {
    ...next(attempt, now),
    results: packResults(attempt.results, decided),
    ...inDoubt(attempt, IndexSet.of(doubtful)),
    imported: attempt.imported.union(IndexSet.of(answers.imported)),
    retry: planRetries(attempt.retry, retries),
    tokens: [...attempt.tokens, ...answers.tokens],
    intended: IndexSet.empty(),
  };
  const open = pending(recorded);
  return open.isEmpty ? done(recorded) : continued(recorded, open, rest);
}

/** No attempt beyond the bound of depth, none at or after the expiry. */
function lastWord(answer: Answer, depth: number, { expiresAt, maxDepth }: RetryBounds): Answer {
  if (answer.retryAt === null) return answer;
  if (depth >= maxDepth) return { ...answer, retryAt: null };
  if (answer.retryAt >= expiresAt) return { ...answer, outcome: 'expired', reason: answer.reason ?? answer.outcome, retryAt: null };
  return answer;
}

function done(attempt: Attempt): Attempt {
  return { ...attempt, state: 'done', leaseUntil: 0, parkedFor: null, dueAt: attempt.retry[0]?.dueAt ?? null };
}

function continued(attempt: Attempt, open: IndexSet, rest: Continuation): Attempt {
  if (rest.kind === 'park')
    return { ...attempt, state: 'parked', leaseUntil: 0, parkedFor: rest.parking.reason, dueAt: rest.parking.dueAt };
  const { owner, leaseUntil } = rest.holder;
  return { ...attempt, owner, leaseUntil, dueAt: leaseUntil, intended: windowOf(open, rest.windowSize) };
}
