import type { PushToken, SpanFacts } from '#libs/kernel';
import { IndexSet, type Attempt, type PageEntry, type Send, type TokenFinding } from '#libs/sends';
import { ACCEPTED_WORD, Answers, type Word } from '#libs/sends/attempt/writing';
import { SignalReport, type ProviderSignals } from '../admission/provider-signals.ts';
import type { Room } from '../admission/room.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { ProviderLoad, Recipient } from '../providers/push-provider.ts';
import type { Channel } from './channels.ts';

/** One message on its way: its position in the batch, and what a finding needs of the installation as it was read. */
export interface Addressed extends Recipient {
  readonly position: number;
  readonly fingerprint: string;
  /** ms */
  readonly confirmedAt: number;
  /** By a server, and never confirmed. */
  readonly imported: boolean;
}

export interface Interpreter {
  readonly retryAt: (outcome: Outcome) => number;
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
  hand(messages: readonly Addressed[]): void {
    for (const { position } of messages) this.#handed.add(position);
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
  readonly entries: readonly PageEntry[];
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

/** Takes in the provider's words. What provably was not processed stays open. Answers what they say of the provider. */
export function interpretOutcomes(
  addressed: readonly Addressed[],
  outcomes: readonly Outcome[],
  progress: WindowProgress,
  interpreter: Interpreter,
): ProviderSignals {
  const report = new SignalReport();
  for (let at = 0; at < addressed.length; at += 1) {
    const message = addressed[at];
    const outcome: Outcome = outcomes[at] ?? { kind: 'unknown', reason: 'no_answer' };
    // It may go again at once, in this very attempt.
    if (!message || (outcome.kind === 'retry_later' && outcome.afterMs === 0)) continue;
    report.add(outcome);
    if (message.imported) progress.imported.add(message.position);
    progress.give(message.position, wordOf(outcome, interpreter));
    if (outcome.kind === 'token_invalid' || outcome.kind === 'token_moved' || outcome.kind === 'wrong_sender')
      progress.tokens.push(findingOf(outcome, message, interpreter));
  }
  progress.handBack();
  return report.signals();
}

function wordOf(outcome: Outcome, { retryAt }: Interpreter): Word {
  switch (outcome.kind) {
    case 'accepted':
      return outcome.reason === undefined ? ACCEPTED_WORD : { ...ACCEPTED_WORD, reason: outcome.reason };
    case 'unknown':
      return { outcome: 'retry_later', reason: outcome.reason, doubtful: true, retryAt: retryAt(outcome) };
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

/** What a purge or a replacement compares before it touches the token (R46, R48). */
function findingOf(
  outcome: Extract<Outcome, { kind: TokenFinding['outcome'] }>,
  { position, fingerprint, confirmedAt, imported }: Addressed,
  { sealed }: Interpreter,
): TokenFinding {
  return {
    index: position,
    outcome: outcome.kind,
    reason: outcome.reason,
    fingerprint,
    confirmedAt,
    imported,
    invalidSince: outcome.kind === 'token_invalid' ? (outcome.invalidSince ?? null) : null,
    sealedToken: outcome.kind === 'token_moved' ? sealed(outcome.token) : null,
  };
}

/** What a round put on the wire and what came back, for its span: how many requests had each answer, and how many streams were open at once. */
export function roundFacts(outcomes: readonly Outcome[], { peakInFlight, connections }: ProviderLoad): SpanFacts {
  const facts: Record<string, number> = {
    'carillon.requests': outcomes.length,
    'carillon.streams.peak': peakInFlight,
    'carillon.connections': connections,
  };
  for (const { kind } of outcomes) facts[`carillon.answers.${kind}`] = (facts[`carillon.answers.${kind}`] ?? 0) + 1;
  return facts;
}
