import { isAlive, type AppRepository } from '#libs/access';
import type { EventEnvelope } from '#libs/events';
import { BoundedMap, uuid5, type Clock } from '#libs/kernel';
import type { WebhookStore } from './webhook.store.ts';
import { wantsType, type Delivery, type Webhook } from './webhook.ts';

const freshMs = 1_000;
const maxKept = 1_000;
const atOnce = 500;

/** Puts facts on their way to the webhooks that want them; each once, however often it is told. Throws DependencyUnavailable. */
export class TellWebhooks {
  readonly #known = new BoundedMap<{ readonly webhooks: readonly Webhook[]; readonly until: number }>(maxKept);

  constructor(
    private readonly store: WebhookStore,
    private readonly apps: AppRepository,
    private readonly clock: Clock,
  ) {}

  /** Whether an app has webhooks that are enabled; a second old at most. */
  async isAnybodyThere(app: string): Promise<boolean> {
    return (await this.#webhooksOf(app)).length > 0;
  }

  /** Facts of one app. */
  async execute(app: string, facts: Iterable<EventEnvelope>): Promise<void> {
    const webhooks = await this.#webhooksOf(app);
    const deliveries: Delivery[] = [];
    for (const fact of facts) {
      for (const webhook of webhooks) if (wantsType(webhook, fact.type)) deliveries.push(deliveryOf(webhook, fact, this.clock.now()));
    }
    for (let from = 0; from < deliveries.length; from += atOnce) await this.store.add(deliveries.slice(from, from + atOnce));
  }

  async #webhooksOf(app: string): Promise<readonly Webhook[]> {
    const now = this.clock.now();
    const known = this.#known.get(app);
    if (known && known.until > now) return known.webhooks;
    const all = isAlive(await this.apps.findById(app)) ? await this.store.list(app) : [];
    const webhooks = all.filter(({ enabled }) => enabled);
    this.#known.set(app, { webhooks, until: now + freshMs });
    return webhooks;
  }
}

/** A fact for a webhook, due at once. The body is the CloudEvent as the topics carry it. */
export function deliveryOf({ app, name }: Pick<Webhook, 'app' | 'name'>, fact: EventEnvelope, now: number): Delivery {
  const { id, type, source, time, data } = fact;
  const body = JSON.stringify({ specversion: '1.0', id, type, source, time, timestamp: time, datacontenttype: 'application/json', data });
  return {
    ...{ id: uuid5('webhook', app, name, type, id), app, webhook: name, type, body, state: 'pending', attempts: 0, dueAt: now },
    ...{ createdAt: now, attemptedAt: null, status: null, error: null },
  };
}
