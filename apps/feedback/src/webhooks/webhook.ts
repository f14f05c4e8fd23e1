import { randomBytes } from 'node:crypto';

/** A receiver of facts outside. Feedback alone writes it. */
export interface Webhook {
  readonly app: string;
  readonly name: string;
  /** 1 at first, +1 with every change. */
  readonly revision: number;
  readonly url: string;
  /** `send.finished`, `installation.*`, `*`: types of facts without their version. */
  readonly types: readonly string[];
  readonly description: string | null;
  readonly enabled: boolean;
  /** Why we disabled it; null where nobody did, or its owner. */
  readonly disabledFor: DisablementReason | null;
  /** When it came to be as `enabled` says, ms. */
  readonly since: number;
  /** Sealed, the newest first; all sign. */
  readonly secrets: readonly WebhookSecret[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `failing`: three days without a 2xx; `gone`: the receiver answered 410. */
export type DisablementReason = 'failing' | 'gone';

export interface WebhookSecret {
  readonly sealed: string;
  /** ms; null until it is replaced. */
  readonly validUntil: number | null;
}

/** One fact on its way to one webhook; its id is derived from both, so that a fact is delivered once however often it is told. */
export interface Delivery {
  readonly id: string;
  readonly app: string;
  readonly webhook: string;
  /** Of the fact, with its version. */
  readonly type: string;
  /** What is posted, JSON. */
  readonly body: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When it is to be tried, ms; null where it has its last word. */
  readonly dueAt: number | null;
  readonly createdAt: number;
  readonly attemptedAt: number | null;
  /** Of the last answer; null where none came. */
  readonly status: number | null;
  /** Why the last attempt failed. */
  readonly error: string | null;
}

export const DELIVERY_STATES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** How one attempt ended: `status` null where no answer came. */
export interface AttemptEnd {
  readonly status: number | null;
  readonly error: string | null;
}

export const MAX_WEBHOOKS = 20;
const secretBytes = 24;
const overlapMs = 24 * 3_600_000;
const givenUpAfterMs = 3 * 24 * 3_600_000;
/** Until the second attempt, the third and so on, ms; then every four hours. */
const pausesMs = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000];
const lastPauseMs = 14_400_000;

/** `whsec_` and 24 random bytes in base64, as Standard Webhooks writes it. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

/** `installation.registered.v1` is `installation.registered`. */
export function typeWithoutVersion(type: string): string {
  return type.replace(/\.v\d+$/, '');
}

export function wantsType({ types }: Pick<Webhook, 'types'>, type: string): boolean {
  const shown = typeWithoutVersion(type);
  return types.some((wanted) => wanted === '*' || wanted === shown || (wanted.endsWith('.*') && shown.startsWith(wanted.slice(0, -1))));
}

/** With a new secret first; those before stay good for a day. */
export function rotatedSecrets(secrets: readonly WebhookSecret[], sealed: string, now: number): readonly WebhookSecret[] {
  const kept = validSecrets(secrets, now).map((secret) => ({ ...secret, validUntil: secret.validUntil ?? now + overlapMs }));
  return [{ sealed, validUntil: null }, ...kept];
}

export function validSecrets(secrets: readonly WebhookSecret[], now: number): readonly WebhookSecret[] {
  return secrets.filter(({ validUntil }) => validUntil === null || validUntil > now);
}

/** A delivery after an attempt; with what that says of its webhook. Pure. */
export function afterAttempt(
  delivery: Delivery,
  { status, error }: AttemptEnd,
  now: number,
): { readonly delivery: Delivery; readonly disables: DisablementReason | null } {
  const attempted = { ...delivery, attempts: delivery.attempts + 1, attemptedAt: now, status, error };
  if (error === null) return { delivery: { ...attempted, state: 'delivered', dueAt: null }, disables: null };
  const disables = status === 410 ? 'gone' : now - delivery.createdAt >= givenUpAfterMs ? 'failing' : null;
  if (disables) return { delivery: { ...attempted, state: 'failed', dueAt: null }, disables };
  const pause = pausesMs[delivery.attempts] ?? lastPauseMs;
  return { delivery: { ...attempted, dueAt: Math.min(now + pause, Math.max(now, delivery.createdAt + givenUpAfterMs)) }, disables };
}
