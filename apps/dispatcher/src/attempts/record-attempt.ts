import { crashPoint, type Clock } from '#libs/kernel';
import { type Attempt, type Send, doubtsOf } from '#libs/sends';
import {
  attemptEvent,
  intend,
  recordAnswers,
  type Answers,
  type AttemptRepository,
  type Continuation,
  type Parking,
  type Word,
} from '#libs/sends/attempt/writing';
import type { DispatchMetrics } from '../metrics/dispatch-metrics.ts';
import type { ClaimAttempt } from './claim-attempt.ts';

export interface RecordSettings {
  readonly windowSize: number;
  readonly maxDepth: number;
}

/** Answers of a window, and what is left over when it is cut short. */
export interface CutAnswers extends Answers {
  doubtHanded(word: Word): void;
}

const fault: Word = { outcome: 'retry_later', reason: 'internal_fault', doubtful: true, retryAt: null };
const afterFaultMs = 60_000; // the event's own tries come first; the sweep is there should they be lost

/** The writes of a worker that holds an attempt. Undefined, nothing stored: another worker has taken it over. */
export class RecordAttempt {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly claims: ClaimAttempt,
    private readonly metrics: DispatchMetrics,
    private readonly clock: Clock,
    private readonly settings: RecordSettings,
  ) {}

  /** The next window, on record before it is sent. */
  async intend(attempt: Attempt): Promise<Attempt | undefined> {
    const next = intend(attempt, this.claims.holder(), this.settings.windowSize);
    crashPoint('p2.intend.before');
    const isStored = await this.attempts.replace(attempt, next, []);
    crashPoint('p2.intend.after');
    return isStored ? next : undefined;
  }

  /** Answers, doubt, retry plan, findings and the event of them, in one write; then the next window, or parking. */
  async execute(attempt: Attempt, send: Send, answers: Answers, parking: Parking | null): Promise<Attempt | undefined> {
    const now = this.clock.now();
    const { windowSize, maxDepth } = this.settings;
    const rest: Continuation = parking ? { kind: 'park', parking } : { kind: 'window', holder: this.claims.holder(), windowSize };
    const next = recordAnswers(attempt, answers, { expiresAt: send.expiresAt, maxDepth }, rest, now);
    crashPoint('p2.record.before');
    const isStored = await this.attempts.replace(attempt, next, !answers.answered.isEmpty ? [attemptEvent(next)] : []);
    crashPoint('p2.record.after');
    if (!isStored) return undefined;
    this.metrics.recorded(next, answers.words, doubtsOf(next) - doubtsOf(attempt), now - send.createdAt);
    return next;
  }

  /** Keeps what is known before a fault of ours goes on its way; the event is tried again, or the sweep brings the attempt back. */
  async afterFault(attempt: Attempt, send: Send, progress: CutAnswers): Promise<void> {
    const now = this.clock.now();
    progress.doubtHanded({ ...fault, retryAt: now + afterFaultMs });
    try {
      await this.execute(attempt, send, progress, { reason: 'internal_fault', dueAt: Math.min(now + afterFaultMs, send.expiresAt) });
    } catch {
      // The store is what failed, most likely: the lease runs out, and a takeover puts the open window into doubt.
    }
  }
}
