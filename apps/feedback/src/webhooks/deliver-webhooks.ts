import { isAlive, SealBroken, type AppRepository, type Sealer } from '#libs/access';
import { againWhenStale, BoundedMap, note, type Clock } from '#libs/kernel';
import type { WebhookClient } from './webhook-client.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';
import { sealedTo } from './write-webhook.ts';
import type { WebhookPlace, WebhookStore } from './webhook.store.ts';
import { afterAttempt, postsOf, validSecrets, type Delivery, type DisablementReason, type Post, type Webhook } from './webhook.ts';

/** Requests to one webhook at a time; of batches fewer, for each is held in memory. */
const [atOnce, batchesAtOnce] = [8, 2];
const maxHeld = 10_000;
/** Longer than an attempt may last: who has claimed a delivery and died has it no longer then. */
const claimMs = 60_000;

/** Delivers what is due. Each webhook has a line of its own, so that a receiver that is slow holds up nobody else's. */
export class DeliverWebhooks {
  readonly #lines = new Map<string, Promise<void>>();
  /** Until when a receiver wants nothing, by line; what it asked for before a restart it asks for again. */
  readonly #heldUntil = new BoundedMap<number>(maxHeld);
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
      const key = lineOf(webhook);
      if (this.#lines.has(key) || this.#isHeld(webhook) || this.#isEnding) continue;
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
    const [post = { ...delivery, deliveries: [delivery] }] = postsOf(webhook, [delivery]);
    const { status, error } = await this.client.post(post, webhook.url, this.#secretsOf(webhook));
    const state = error === null ? 'delivered' : 'failed';
    const tested = { ...delivery, state, attempts: 1, dueAt: null, attemptedAt: this.clock.now(), status, error } as const;
    await this.store.record(tested);
    return tested;
  }

  /** False where the receiver did not take it. */
  async #attempt(webhook: Webhook, post: Post): Promise<boolean> {
    const end = await this.client.post(post, webhook.url, this.#secretsOf(webhook));
    if (this.#isEnding && end.error !== null) return false; // what a shutdown cut short says nothing of the receiver
    const now = this.clock.now();
    if (end.retryAfterMs !== undefined) this.#heldUntil.set(lineOf(webhook), now + end.retryAfterMs);
    const random = Math.random(); // what went together stays together
    const after = post.deliveries.map((delivery) => afterAttempt(delivery, end, now, random));
    await Promise.all(after.map(({ delivery }) => this.store.record(delivery)));
    this.metrics.attempted(webhook.app, end);
    const disables = after.find((one) => one.disables)?.disables;
    if (disables) await this.#disable(webhook, disables);
    return end.error === null;
  }

  async #deliver(place: WebhookPlace): Promise<void> {
    while (!this.#isEnding) {
      const webhook = await this.store.find(place);
      if (!webhook?.enabled || this.#isHeld(webhook) || !isAlive(await this.apps.findById(webhook.app))) return;
      // One batch more than goes out, so that what failed together is seen whole.
      const most = webhook.batch ? (batchesAtOnce + 1) * webhook.batch.max : atOnce;
      const posts = postsOf(webhook, await this.store.due(webhook, this.clock.now(), most));
      const ends = await Promise.all(posts.slice(0, webhook.batch ? batchesAtOnce : atOnce).map((post) => this.#claimed(webhook, post)));
      if (!ends.includes(true)) return;
    }
  }

  /** Of a batch that another process has a part of, what is left is due again in the next round. */
  async #claimed(webhook: Webhook, post: Post): Promise<boolean> {
    const until = this.clock.now() + claimMs;
    const claims = await Promise.all(post.deliveries.map((delivery) => this.store.claim(delivery, until)));
    const [own, ...rest] = postsOf(
      webhook,
      post.deliveries.filter((_, place) => claims[place]),
    );
    return own !== undefined && rest.length === 0 && this.#attempt(webhook, own);
  }

  #isHeld(place: WebhookPlace): boolean {
    return (this.#heldUntil.get(lineOf(place)) ?? 0) > this.clock.now();
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

/** Neither apps nor names have colons. */
function lineOf({ app, name }: WebhookPlace): string {
  return `${app}:${name}`;
}
