import { isAlive, SealBroken, type AppRepository, type Sealer } from '#libs/access';
import { againWhenStale, note, type Clock } from '#libs/kernel';
import type { WebhookClient } from './webhook-client.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';
import { sealedTo } from './write-webhook.ts';
import type { WebhookPlace, WebhookStore } from './webhook.store.ts';
import { afterAttempt, validSecrets, type Delivery, type DisablementReason, type Webhook } from './webhook.ts';

/** Of one webhook; receivers get the facts of a moment side by side. */
const atOnce = 8;
/** Longer than an attempt may last: who has claimed a delivery and died has it no longer then. */
const claimMs = 60_000;

/** Delivers what is due. Each webhook has a line of its own, so that a receiver that is slow holds up nobody else's. */
export class DeliverWebhooks {
  readonly #lines = new Map<string, Promise<void>>();
  #isEnding = false;

  constructor(
    private readonly store: WebhookStore,
    private readonly apps: AppRepository,
    private readonly client: WebhookClient,
    private readonly sealer: Sealer,
    private readonly metrics: WebhookMetrics,
    private readonly clock: Clock,
  ) {}

  /** Starts the lines that stand still, and does not wait for them. Throws DependencyUnavailable. */
  async execute(): Promise<void> {
    for (const webhook of await this.store.enabled()) {
      const key = `${webhook.app}:${webhook.name}`;
      if (this.#lines.has(key) || this.#isEnding) continue;
      const line = this.#deliver(webhook)
        .catch(() => undefined) // the store is away: the next round comes
        .finally(() => this.#lines.delete(key));
      this.#lines.set(key, line);
    }
  }

  /** Resolves when all lines stand still. */
  async settled(): Promise<void> {
    while (this.#lines.size > 0) await Promise.all(this.#lines.values());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isEnding = true;
    await this.client.end();
    await this.settled();
  }

  /** Posts a delivery now and never again, whatever comes of it; answers how it ended. Throws DependencyUnavailable. */
  async test(webhook: Webhook, delivery: Delivery): Promise<Delivery> {
    await this.store.add([{ ...delivery, dueAt: null }]);
    const { status, error } = await this.client.post(delivery, webhook.url, this.#secretsOf(webhook));
    const state = error === null ? 'delivered' : 'failed';
    const tested = { ...delivery, state, attempts: 1, dueAt: null, attemptedAt: this.clock.now(), status, error } as const;
    await this.store.record(tested);
    return tested;
  }

  async #attempt(webhook: Webhook, delivery: Delivery): Promise<Delivery> {
    const end = await this.client.post(delivery, webhook.url, this.#secretsOf(webhook));
    if (this.#isEnding && end.error !== null) return delivery; // what a shutdown cut short says nothing of the receiver
    const after = afterAttempt(delivery, end, this.clock.now());
    await this.store.record(after.delivery);
    this.metrics.attempted(webhook.app, end);
    if (after.disables) await this.#disable(webhook, after.disables);
    return after.delivery;
  }

  async #deliver(place: WebhookPlace): Promise<void> {
    while (!this.#isEnding) {
      const webhook = await this.store.find(place);
      if (!webhook?.enabled || !isAlive(await this.apps.findById(webhook.app))) return;
      const due = await this.store.due(webhook, this.clock.now(), atOnce);
      const ends = await Promise.all(due.map((delivery) => this.#claimed(webhook, delivery)));
      if (!ends.includes('delivered')) return;
    }
  }

  async #claimed(webhook: Webhook, delivery: Delivery): Promise<Delivery['state'] | undefined> {
    if (!(await this.store.claim(delivery, this.clock.now() + claimMs))) return undefined;
    return (await this.#attempt(webhook, delivery)).state;
  }

  #secretsOf(webhook: Webhook): readonly string[] {
    return validSecrets(webhook.secrets, this.clock.now()).flatMap(({ sealed }) => {
      try {
        return [this.sealer.open(sealed, sealedTo(webhook))];
      } catch (error) {
        if (error instanceof SealBroken) return []; // one of them may be of a master key that is gone
        throw error;
      }
    });
  }

  async #disable(place: WebhookPlace, disabledFor: DisablementReason): Promise<void> {
    await againWhenStale(3, async () => {
      const webhook = await this.store.find(place);
      if (!webhook?.enabled) return;
      const now = this.clock.now();
      await this.store.save({ ...webhook, revision: webhook.revision + 1, enabled: false, disabledFor, since: now, updatedAt: now });
      note('webhook disabled', { app: webhook.app, webhook: webhook.name, reason: disabledFor });
    });
  }
}
