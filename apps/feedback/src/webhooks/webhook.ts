import { uuid5 } from '#libs/kernel';
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
  /** Up to `max` facts a request, as a list; null: each in a request of its own. */
  readonly batch: WebhookBatch | null;
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

export interface WebhookBatch {
  readonly max: number;
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
  /** For how long the receiver wants nothing, ms; absent where it says nothing of that. */
  readonly retryAfterMs?: number;
}

/** What goes out in one request, and succeeds or fails as a whole. */
export interface Post {
  /** The `webhook-id`: the same whenever the same deliveries go together. */
  readonly id: string;
  /** JSON: a CloudEvent, or a list of them. */
  readonly body: string;
  readonly deliveries: readonly Delivery[];
}

export const MAX_WEBHOOKS = 20;
const secretBytes = 24;
const overlapMs = 24 * 3_600_000;
const givenUpAfterMs = 3 * 24 * 3_600_000;
/** Until the second attempt, the third and so on, ms; then every four hours. */
const pausesMs = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000];
const lastPauseMs = 14_400_000;
/** A pause is shorter by up to this share, so that what failed together does not come back together. */
const jitter = 0.25;
/** No receiver puts a delivery off for longer than this. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;
const maxBatchCharacters = 262_144;

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

/** Deliveries that are due, as they are posted. What failed together stays together, so that a fact that a receiver cannot take delays no others but those that it came with. */
export function postsOf({ batch }: Pick<Webhook, 'batch'>, due: readonly Delivery[]): readonly Post[] {
  if (!batch) return due.map((delivery) => ({ id: delivery.id, body: delivery.body, deliveries: [delivery] }));
  return [...Map.groupBy(due, ({ attempts, dueAt }) => (attempts > 0 ? dueAt : 'new')).values()].flatMap((some) =>
    partsOf(some, batch.max).map(postOf),
  );
}

/** In their order, each as long as a batch may be. */
function partsOf(deliveries: readonly Delivery[], max: number): readonly (readonly Delivery[])[] {
  const parts: Delivery[][] = [];
  let characters = 0;
  for (const delivery of deliveries) {
    const part = parts.at(-1);
    characters += delivery.body.length;
    if (part && part.length < max && characters <= maxBatchCharacters) part.push(delivery);
    else {
      parts.push([delivery]);
      characters = delivery.body.length;
    }
  }
  return parts;
}

function postOf(deliveries: readonly Delivery[]): Post {
  const id = uuid5('webhook batch', ...deliveries.map((delivery) => delivery.id));
  return { id, body: `[${deliveries.map(({ body }) => body).join(',')}]`, deliveries };
}

/** What `Retry-After` asks for, ms from `now`: seconds, or a date; undefined where it is neither. At most a day. */
export function retryAfterMsOf(header: string, now: number): number | undefined {
  const text = header.trim();
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * 1_000 : /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) - now : NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** A delivery after an attempt; with what that says of its webhook. `random` in [0, 1). Pure. */
export function afterAttempt(
  delivery: Delivery,
  { status, error, retryAfterMs = 0 }: AttemptEnd,
  now: number,
  random: number,
): { readonly delivery: Delivery; readonly disables: DisablementReason | null } {
  const attempted = { ...delivery, attempts: delivery.attempts + 1, attemptedAt: now, status, error };
  if (error === null) return { delivery: { ...attempted, state: 'delivered', dueAt: null }, disables: null };
  const disables = status === 410 ? 'gone' : now - delivery.createdAt >= givenUpAfterMs ? 'failing' : null;
  if (disables) return { delivery: { ...attempted, state: 'failed', dueAt: null }, disables };
  const usual = pausesMs[delivery.attempts] ?? lastPauseMs;
  const pause = Math.max(Math.ceil(usual * (1 - jitter * random)), retryAfterMs);
  return { delivery: { ...attempted, dueAt: Math.min(now + pause, Math.max(now, delivery.createdAt + givenUpAfterMs)) }, disables };
}
