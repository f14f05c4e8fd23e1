import type { PushToken, SpanFacts } from '#libs/kernel';
import { IndexSet, type Attempt, type BatchEntries, type OutcomeCode, type Send, type TokenFinding } from '#libs/sends';
import { ACCEPTED_WORD, Answers, type Word } from '#libs/sends/attempt/writing';
import { SignalReport, type ProviderSignals } from '../admission/provider-signals.ts';
import type { Room } from '../admission/room.ts';
import { ACCEPTED_OUTCOME, type Outcome } from '../providers/outcome.ts';
import type { ProviderLoad } from '../providers/push-provider.ts';
import type { Holder } from './addressed-messages.ts';
import type { Channel } from './channels.ts';

/** Messages that were handed over together, in the order of their outcomes. */
export interface Handed {
  /** In the batch. */
  readonly positions: readonly number[];
  isImported(index: number): boolean;
  /** Its provider dropped what was sent before. */
  isDropped(index: number): boolean;
  holder(index: number): Holder;
}

export interface Interpreter {
  /** null: it is not tried again. */
  readonly retryAt: (outcome: Outcome) => number | null;
  readonly sealed: (token: PushToken) => string;
}

/** What is known of a window while it is worked on: answers so far, and what was handed to the provider. */
export class WindowProgress extends Answers {
  #handed = IndexSet.empty();

  constructor(readonly window: IndexSet) {
    super();
  }

  /** Messages without an answer. */
  get open(): IndexSet {
    return this.window.minus(this.answered);
  }

  answerOpen(word: Word): void {
    for (const position of this.open) this.give(position, word);
  }

  /** From now on these may be accepted without our knowing. */
  hand({ positions }: Pick<Handed, 'positions'>): void {
    for (const position of positions) this.#handed.add(position);
  }

  /** Every one handed over has its answer, or was provably not processed. */
  handBack(): void {
    this.#handed = IndexSet.empty();
  }

  /** After a fault of ours: what was on its way has an unknown result. */
  doubtHanded(word: Word): void {
    for (const position of this.#handed.minus(this.answered)) this.give(position, word);
  }
}

/** One window of an attempt, while it is worked on. */
export interface WindowWork {
  readonly attempt: Attempt;
  readonly entries: BatchEntries;
  readonly channel: Channel;
  readonly progress: WindowProgress;
  readonly room: Room;
  /** As it was when the batch was taken; every round but the first reads it again. */
  readonly send: Send;
  /** When that was read, ms. */
  readonly sendReadAt: number;
  /** No round is begun after this instant (ms): handlers are short. */
  readonly until: number;
}

/** What a round handed over, with what became of it. */
export interface Answered {
  readonly handed: Handed;
  readonly outcomes: readonly Outcome[];
}

/** Takes in the provider's words. What provably was not processed stays open. Answers what they say of the provider. */
export function interpretOutcomes(answered: readonly Answered[], progress: WindowProgress, interpreter: Interpreter): ProviderSignals {
  const report = new SignalReport();
  for (const { handed, outcomes } of answered) {
    for (let index = 0; index < handed.positions.length; index += 1) {
      const outcome: Outcome = outcomes[index] ?? { kind: 'unknown', reason: 'no_answer' };
      // It may go again at once, in this very attempt.
      if (outcome.kind === 'retry_later' && outcome.afterMs === 0) continue;
      const position = handed.positions[index] ?? 0;
      report.add(outcome);
      if (handed.isImported(index)) progress.imported.add(position);
      progress.give(position, outcome === ACCEPTED_OUTCOME ? ACCEPTED_WORD : wordOf(outcome, interpreter));
      if (outcome === ACCEPTED_OUTCOME && !handed.isDropped(index)) continue;
      const found = foundBy(outcome, handed.isDropped(index));
      if (found !== undefined) progress.tokens.push(findingOf(found, outcome, position, handed.holder(index), interpreter));
    }
  }
  progress.handBack();
  return report.signals();
}

/** The code under which an outcome is kept: what may have been taken is tried again. */
export function outcomeCodeOf({ kind }: Outcome): OutcomeCode {
  return kind === 'unknown' ? 'retry_later' : kind;
}

function wordOf(outcome: Outcome, { retryAt }: Interpreter): Word {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.reason === undefined ? ACCEPTED_WORD : { ...ACCEPTED_WORD, reason: outcome.reason };
    case 'unknown':
      return { outcome: outcomeCodeOf(outcome), reason: outcome.reason, doubtful: true, retryAt: retryAt(outcome) };
    case 'retry_later':
    case 'throttled':
    case 'provider_down':
    case 'credentials_bad':
      return { outcome: outcome.kind, reason: outcome.reason, doubtful: false, retryAt: retryAt(outcome) };
    case 'token_invalid':
    case 'token_moved':
    case 'wrong_sender':
    case 'payload_bad':
      return { outcome: outcome.kind, reason: outcome.reason, doubtful: false, retryAt: null };
  }
}

/** What an outcome says of the address; undefined: nothing. */
function foundBy(outcome: Outcome, isDropped: boolean): TokenFinding['outcome'] | undefined {
  switch (outcome.kind) {
    case 'token_invalid':
    case 'token_moved':
    case 'wrong_sender':
      return outcome.kind;
    case 'accepted':
      return outcome.finding ?? (isDropped ? 'received' : undefined);
    case 'unknown':
    case 'retry_later':
    case 'throttled':
    case 'provider_down':
    case 'credentials_bad':
    case 'payload_bad':
      return undefined;
  }
}

/** What a purge or a replacement compares before it touches the token (R46, R48). */
function findingOf(
  found: TokenFinding['outcome'],
  outcome: Outcome,
  index: number,
  { fingerprint, confirmedAt, imported }: Holder,
  { sealed }: Interpreter,
): TokenFinding {
  return {
    index,
    outcome: found,
    reason: outcome.reason ?? found,
    fingerprint,
    confirmedAt,
    imported,
    invalidSince: outcome.kind === 'token_invalid' ? (outcome.invalidSince ?? null) : null,
    sealedToken: outcome.kind === 'token_moved' ? sealed(outcome.token) : null,
  };
}

/** What a round put on the wire and what came back, for its span: how many requests had each answer, and how many streams were open at once. */
export function roundFacts(answered: readonly Answered[], { peakInFlight, connections }: ProviderLoad): SpanFacts {
  const facts: Record<string, number> = {
    'carillon.requests': answered.reduce((sum, { outcomes }) => sum + outcomes.length, 0),
    'carillon.streams.peak': peakInFlight,
    'carillon.connections': connections,
  };
  for (const { outcomes } of answered)
    for (const { kind } of outcomes) facts[`carillon.answers.${kind}`] = (facts[`carillon.answers.${kind}`] ?? 0) + 1;
  return facts;
}
