import { type DomainEvent, batchAttemptedV1, eventOf } from '#libs/events';
import { isoTime, uuid5 } from '#libs/kernel';
import { IndexSet } from '../index-set.ts';
import type { OutcomeCode, Suppression } from '../outcome-code.ts';
import { type Holder, type Parking, inDoubt, next, pending, windowOf } from './attempt-rules.ts';
import type { Attempt, PackedResult, RetrySlot, TokenFinding } from './attempt.ts';

/** What became of one message in this attempt. */
export interface Answer {
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
  /** It may have been accepted without our knowing: it enters doubt, and stays there. */
  readonly doubtful: boolean;
  /** When it may be tried again, ms; null: this is its last word. */
  readonly retryAt: number | null;
}

/** Everything that one window brought to light. */
export interface Answers {
  /** By position in the batch. */
  readonly messages: ReadonlyMap<number, Answer>;
  readonly tokens: readonly TokenFinding[];
  /** Positions whose token came by import and was never confirmed. */
  readonly imported: readonly number[];
}

export function skipped(reason: Suppression): Answer {
  return { outcome: 'skipped', reason, doubtful: false, retryAt: null };
}

export function failed(outcome: 'expired' | 'template_error' | 'dead', reason: string | null): Answer {
  return { outcome, reason, doubtful: false, retryAt: null };
}

/** The same answer for many messages. */
export function answerAll(positions: Iterable<number>, answer: Answer): Answers {
  const messages = new Map<number, Answer>();
  for (const position of positions) messages.set(position, answer);
  return { messages, tokens: [], imported: [] };
}

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

const reasonsKept = 40;
const reasonLength = 200;

/** Each outcome and reason once, with its messages. Reasons are cut and, past a number of them, left out: a document stays small whatever providers say. */
function packResults(before: readonly PackedResult[], answers: ReadonlyMap<number, Answer>): readonly PackedResult[] {
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

function keyOf({ outcome, reason }: Pick<PackedResult, 'outcome' | 'reason'>): string {
  return reason === null ? outcome : `${outcome} ${reason}`;
}

/** Due times in the plan of one attempt, at most (correctness P2). */
const maxSlots = 4;

/** Adds messages to a retry plan. Where there are too many due times, neighbours are joined: nothing is ever tried before its time. */
function planRetries(before: readonly RetrySlot[], wanted: Iterable<readonly [position: number, dueAt: number]>): readonly RetrySlot[] {
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

/** Tells what the attempt knows so far; a later revision says it again with more. */
export function attemptEvent(attempt: Attempt): DomainEvent {
  const { app, sendId, batchId, depth, revision, provider, lane, tokens } = attempt;
  const data = {
    app, sendId, batchId, attemptId: attempt.id, depth, revision, provider, lane,
    at: isoTime(attempt.updatedAt),
    results: attempt.results.map(({ outcome, reason, messages }) => ({ outcome, reason, messages: messages.toString() })),
    retrying: messagesToRetry(attempt.retry).toString(),
    doubt: attempt.doubt.toString(),
    ...(attempt.doubtAgain > 0 && { doubtAgain: attempt.doubtAgain }),
    imported: attempt.imported.toString(),
    tokens: [...tokens],
  }; // prettier-ignore
  return eventOf(batchAttemptedV1, data, {
    id: uuid5('batch.attempted', attempt.id, String(revision)),
    source: 'carillon/dispatcher',
    subject: attempt.batchId,
    at: attempt.updatedAt,
  });
}
