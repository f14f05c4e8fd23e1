import { newId, uuid5, type Clock } from '#libs/kernel';
import { createHash } from 'node:crypto';
import { IdempotencyMismatch } from '../errors/http-errors.ts';
import type { IdempotencyRepository, StoredAnswer } from './idempotency.repository.ts';

const keptForMs = 24 * 60 * 60 * 1_000;
/** A longer answer is not kept; the repeat does the same work with the same ids instead. */
const maxAnswer = 65_536;

export interface IdempotentRequest {
  readonly app: string;
  /** Names the call, its path's ids included: `sends`, `campaigns/spring/launch`. */
  readonly route: string;
  /** The `Idempotency-Key` header, if any (`@IdempotencyKey()`). */
  readonly key: string | undefined;
  readonly body: unknown;
}

export interface ClaimedRequest {
  /** Derive every id that the request creates from it (`uuid5(seed, …)`, or itself as the one id): a repeat finishes what a crash left. */
  readonly seed: string;
  /** The earlier answer, where the work was finished; give it again. */
  readonly answer?: StoredAnswer;
  /** Keeps the answer for repeats; call it once the work is stored. */
  settle(answer: StoredAnswer): Promise<void>;
}

/** Makes `POST`s that create work safe to repeat for 24 hours. */
export class IdempotentRequests {
  constructor(
    private readonly claims: IdempotencyRepository,
    private readonly clock: Clock,
  ) {}

  /** Durable before it answers. Throws IdempotencyMismatch when the key came with another body. */
  async claim({ app, route, key, body }: IdempotentRequest): Promise<ClaimedRequest> {
    if (key === undefined) return { seed: newId(), settle: () => Promise.resolve() };
    const now = this.clock.now();
    const id = `${app}:${encodeURIComponent(route)}:${encodeURIComponent(key)}`;
    const bodyHash = createHash('sha256').update(canonicalJson(body)).digest('hex');
    // The time is part of the seed: after 24 hours the same key is new work, and must not find the old ids.
    const wanted = { id, bodyHash, seed: uuid5(id, String(now)), expiresAt: now + keptForMs };
    const stored = await this.claims.insertOnce(wanted, now);
    if (stored.bodyHash !== bodyHash) throw new IdempotencyMismatch();
    return {
      seed: stored.seed,
      ...(stored.answer && { answer: stored.answer }),
      settle: async (answer) => {
        if (JSON.stringify(answer).length <= maxAnswer) await this.claims.saveAnswer(id, stored.seed, answer);
      },
    };
  }
}

/** The same text for equal JSON values, whatever order their members came in. */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return '';
  return JSON.stringify(value, (_key, member: unknown) => (isRecord(member) ? sorted(member) : member));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
