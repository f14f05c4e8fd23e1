import { type DomainEvent, batchAttemptedV1, eventOf } from '#libs/events';
import { isoTime, uuid5 } from '#libs/kernel';
import { IndexSet } from '../index-set.ts';
import type { OutcomeCode, Suppression } from '../outcome-code.ts';
import { type Holder, type Parking, inDoubt, next, pending, windowOf } from './attempt-rules.ts';
import { messagesOf, type Attempt, type PackedResult, type RetrySlot, type TokenFinding } from './attempt.ts';

/** What became of a message in this attempt: the provider's word, or ours where none was asked. */
export interface Word {
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
  /** It may have been accepted without our knowing: it enters doubt, and stays there. */
  readonly doubtful: boolean;
  /** When it may be tried again, ms; null: this is its last word. */
  readonly retryAt: number | null;
}

/** A word with all the messages that it holds for: the form in which it is stored, told and counted. */
export interface Answer extends Word, PackedResult {}

export const ACCEPTED_WORD: Word = { outcome: 'accepted', reason: null, doubtful: false, retryAt: null };

export function skipped(reason: Suppression): Word {
  return { outcome: 'skipped', reason, doubtful: false, retryAt: null };
}

export function failed(outcome: 'expired' | 'template_error' | 'dead', reason: string | null): Word {
  return { outcome, reason, doubtful: false, retryAt: null };
}

/** What a window brought to light: each word once, with a bitmap of its messages. */
export class Answers {
  readonly tokens: TokenFinding[] = [];
  /** Positions whose token came by import and was never confirmed. */
  readonly imported = IndexSet.empty();
  /** Positions that have a word. */
  readonly answered = IndexSet.empty();
  readonly #byKey = new Map<string, Answer>();
  #last: Answer | undefined;

  /** One word for all of these messages. */
  static all(positions: Iterable<number>, word: Word): Answers {
    const answers = new Answers();
    for (const position of positions) answers.give(position, word);
    return answers;
  }

  get words(): Iterable<Answer> {
    return this.#byKey.values();
  }

  /** A message's first word counts. */
  give(position: number, word: Word): void {
    if (this.answered.has(position)) return;
    this.answered.add(position);
    const answer = this.#last && isSame(this.#last, word) ? this.#last : this.#answerOf(word);
    this.#last = answer;
    answer.messages.add(position);
  }

  #answerOf({ outcome, reason, doubtful, retryAt }: Word): Answer {
    const key = `${outcome} ${retryAt ?? ''} ${doubtful} ${reason ?? ''}`;
    let answer = this.#byKey.get(key);
    if (!answer) this.#byKey.set(key, (answer = { outcome, reason, doubtful, retryAt, messages: IndexSet.empty() }));
    return answer;
  }
}

function isSame(one: Word, other: Word): boolean {
  return one.outcome === other.outcome && one.reason === other.reason && one.retryAt === other.retryAt && one.doubtful === other.doubtful;
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
  const decided = Array.from(answers.words, (answer) => lastWord(answer, attempt.depth, bounds));
  const doubtful = messagesOf(decided.filter((answer) => answer.doubtful));
  const recorded: Attempt = {
    ...next(attempt, now),
    results: packResults(attempt.results, decided),
    ...inDoubt(attempt, doubtful),
    imported: attempt.imported.union(answers.imported),
    retry: planRetries(attempt.retry, decided),
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
function packResults(before: readonly PackedResult[], answers: readonly Answer[]): readonly PackedResult[] {
  const packed = new Map(before.map((result) => [keyOf(result), result]));
  for (const { outcome, reason: said, messages } of answers) {
    let reason = said?.slice(0, reasonLength) ?? null;
    if (packed.size >= reasonsKept && !packed.has(keyOf({ outcome, reason }))) reason = null;
    const key = keyOf({ outcome, reason });
    const known = packed.get(key);
    packed.set(key, { outcome, reason, messages: known ? known.messages.union(messages) : messages });
  }
  return [...packed.values()];
}

function keyOf({ outcome, reason }: Pick<PackedResult, 'outcome' | 'reason'>): string {
  return reason === null ? outcome : `${outcome} ${reason}`;
}

/** Due times in the plan of one attempt, at most (correctness P2). */
const maxSlots = 4;

/** Adds messages to a retry plan. Where there are too many due times, neighbours are joined: nothing is ever tried before its time. */
function planRetries(before: readonly RetrySlot[], answers: readonly Answer[]): readonly RetrySlot[] {
  const byTime = new Map(before.map(({ dueAt, messages }) => [dueAt, messages]));
  for (const { retryAt, messages } of answers) {
    if (retryAt !== null) byTime.set(retryAt, byTime.get(retryAt)?.union(messages) ?? messages);
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
