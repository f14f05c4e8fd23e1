import type { TokenFinding } from '#libs/sends';
import type { Answer } from '#libs/sends/attempt/writing';
import type { PushToken } from '#libs/kernel';
import { SignalReport, type ProviderSignals } from '../admission/provider-signals.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { WindowProgress } from './window-progress.ts';

/** One message on its way: its position in the batch, and the token as it was read. The rest of the installation need not wait for the answer. */
export interface Addressed {
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

const accepted: Answer = { outcome: 'accepted', reason: null, doubtful: false, retryAt: null };

/** Stores the provider's words, message by message. What provably was not processed stays open. Answers what they say of the provider. */
export function interpretOutcomes(
  addressed: readonly Addressed[],
  outcomes: readonly Outcome[],
  progress: WindowProgress,
  interpreter: Interpreter,
): ProviderSignals {
  const report = new SignalReport();
  for (const [at, message] of addressed.entries()) {
    const outcome: Outcome = outcomes[at] ?? { kind: 'unknown', reason: 'no_answer' };
    if (isUnprocessed(outcome)) continue;
    report.add(outcome);
    if (message.imported) progress.imported.push(message.position);
    progress.answer(message.position, answerOf(outcome, interpreter));
    const finding = findingOf(outcome, message, interpreter);
    if (finding) progress.tokens.push(finding);
  }
  progress.handBack();
  return report.signals();
}

/** It may go again at once, in this very attempt. */
function isUnprocessed(outcome: Outcome): boolean {
  return outcome.kind === 'retry_later' && outcome.afterMs === 0;
}

function answerOf(outcome: Outcome, { retryAt }: Interpreter): Answer {
  switch (outcome.kind) {
    case 'accepted':
      return accepted;
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
  outcome: Outcome,
  { position, fingerprint, confirmedAt, imported }: Addressed,
  { sealed }: Interpreter,
): TokenFinding | undefined {
  if (outcome.kind !== 'token_invalid' && outcome.kind !== 'token_moved' && outcome.kind !== 'wrong_sender') return undefined;
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
