import { auditLineOf, type AuditLog, type AuditedChange, type Principal, type Sealer } from '#libs/access';
import type { Clock } from '#libs/kernel';
import { WebhookNotFound, WebhooksFull } from './webhook-errors.ts';
import type { WebhookPlace, WebhookStore } from './webhook.store.ts';
import { MAX_WEBHOOKS, newWebhookSecret, rotatedSecrets, validSecrets, type Webhook } from './webhook.ts';

/** What an owner says of a webhook. */
export type WebhookWish = Pick<Webhook, 'url' | 'types' | 'description' | 'batch' | 'enabled'>;

/** A webhook, and its secret where it is new: it is never shown again. */
export interface WrittenWebhook {
  readonly webhook: Webhook;
  readonly secret: string | null;
}

/** Makes, changes, rotates and deletes webhooks. The audit has a line before anything changes. Throws StaleRevision where two do so at once, and DependencyUnavailable. */
export class WriteWebhook {
  constructor(
    private readonly store: WebhookStore,
    private readonly sealer: Sealer,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Safe to repeat. What we disabled is enabled again by `enabled: true`. `check` sees what is there, and may throw. Throws WebhooksFull. */
  async put(place: WebhookPlace, wish: WebhookWish, by: Principal, check: (before: Webhook | undefined) => void): Promise<WrittenWebhook> {
    const now = this.clock.now();
    const before = await this.store.find(place);
    check(before);
    if (!before && (await this.store.list(place.app)).length >= MAX_WEBHOOKS) throw new WebhooksFull(MAX_WEBHOOKS);
    const secret = before ? null : newWebhookSecret();
    const webhook: Webhook = {
      ...place,
      ...wish,
      revision: (before?.revision ?? 0) + 1,
      disabledFor: wish.enabled ? null : (before?.disabledFor ?? null),
      since: before?.enabled === wish.enabled ? before.since : now,
      secrets: secret === null ? validSecrets(before?.secrets ?? [], now) : [this.#sealed(place, secret)],
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
    };
    const fields = changed(before, wish);
    if (!before || fields.length > 0) await this.#note(webhook, by, before ? 'webhook.changed' : 'webhook.created', fields);
    await this.store.save(webhook);
    return { webhook, secret };
  }

  /** A new secret; those before sign beside it for a day. Throws WebhookNotFound. */
  async rotate(place: WebhookPlace, by: Principal): Promise<WrittenWebhook> {
    const before = await this.store.find(place);
    if (!before) throw new WebhookNotFound(place.name);
    const now = this.clock.now();
    const secret = newWebhookSecret();
    const secrets = rotatedSecrets(before.secrets, this.#sealed(place, secret).sealed, now);
    const webhook = { ...before, revision: before.revision + 1, secrets, updatedAt: now };
    await this.#note(webhook, by, 'webhook.rotated');
    await this.store.save(webhook);
    return { webhook, secret };
  }

  /** With all that is on its way to it. Throws WebhookNotFound. */
  async remove(place: WebhookPlace, by: Principal, check: (before: Webhook) => void): Promise<void> {
    const before = await this.store.find(place);
    if (!before) throw new WebhookNotFound(place.name);
    check(before);
    await this.#note(before, by, 'webhook.deleted');
    await this.store.remove(place);
  }

  async #note(webhook: Webhook, by: Principal, action: AuditedChange['action'], fields?: readonly string[]): Promise<void> {
    const { app, name } = webhook;
    const revision = webhook.createdAt + webhook.revision; // a later webhook may have the same name
    await this.audit.append(auditLineOf({ app, by, action, target: name, revision, ...(fields && { fields }) }, this.clock.now()));
  }

  #sealed(place: WebhookPlace, secret: string) {
    return { sealed: this.sealer.seal(secret, sealedTo(place)), validUntil: null };
  }
}

/** The place that a secret is bound to. */
export function sealedTo({ app, name }: WebhookPlace): string {
  return `webhook ${app}:${name}`;
}

/** Names of what a wish changes; of a new webhook there is nothing to name. */
function changed(before: Webhook | undefined, wish: WebhookWish): readonly string[] {
  const names = Object.keys(wish) as (keyof WebhookWish)[];
  return before ? names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(wish[name])) : [];
}
