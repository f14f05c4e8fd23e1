import type { EventEnvelope } from '#libs/events';
import { PushError, newId, type Clock } from '#libs/kernel';
import { createHash } from 'node:crypto';
import { canonicalJson } from './idempotent-requests.ts';
import type { IdempotencyRepository } from './idempotency.repository.ts';

/** Longer than any topic keeps an event, so that no repeat of one outlives its identity. */
const keptForMs = 30 * 24 * 60 * 60 * 1_000;

/** An event came again under its app, `source` and `id`, and says something else: one of the two is not who it says it is. */
export class DuplicateMismatch extends PushError {
  readonly code = 'duplicate_mismatch';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('Another event came before with this source and id, and with other data', options);
  }
}

export type ClaimedEvent = Pick<EventEnvelope, 'type' | 'source' | 'id' | 'data'>;

export interface EventIdentity {
  /** Equal for events that are the same. */
  readonly id: string;
  /** Nobody has claimed it before. */
  readonly isFirst: boolean;
  /** It is on its topic, or handled: nothing is left to be done for it. */
  readonly isDone: boolean;
  /** Call it once that is so. */
  settle(): Promise<void>;
}

/**
 * Knows an event of an internal service by app, type, `source` and `id`, with a hash of its data, for 30 days and over every door. A claim alone does not say
 * that the event was handled: until it is settled, whoever meets the event again has to do for it what is to be done, which is safe to repeat.
 */
export class EventIdentities {
  constructor(
    private readonly claims: IdempotencyRepository,
    private readonly clock: Clock,
  ) {}

  /** Durable before it answers. Throws DuplicateMismatch, DependencyUnavailable. */
  async claim(app: string, { type, source, id, data }: ClaimedEvent): Promise<EventIdentity> {
    const now = this.clock.now();
    const claimId = `event:${digest([app, type, source, id])}`;
    const seed = newId();
    const wanted = { id: claimId, bodyHash: digest(data), seed, expiresAt: now + keptForMs };
    const stored = await this.claims.insertOnce(wanted, now);
    if (stored.bodyHash !== wanted.bodyHash) throw new DuplicateMismatch();
    return {
      id: claimId,
      isFirst: stored.seed === seed,
      isDone: stored.answer !== undefined,
      settle: () => this.claims.saveAnswer(claimId, stored.seed, { status: 202, body: null }),
    };
  }
}

function digest(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
