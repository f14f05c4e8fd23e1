import type { OutcomeCode, Suppression, TokenFinding } from '#libs/sends';

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
