import { StaleRevision } from '#libs/kernel';
import { deleteSome, mongoCollection, setOrUnset, wasNew, wereAllThere, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import type { Delivery, DeliveryState, Webhook } from './webhook.ts';
import { MAX_ENABLED, WebhookStore, type DeliveryPosition, type DisabledWebhooks, type WebhookPlace } from './webhook.store.ts';

/** `document` is the webhook as JSON, beside what is asked for; `enabled` is there only while it is true. */
interface WebhookDocument extends MongoDocument {
  readonly app: string;
  readonly revision: number;
  readonly enabled?: true;
  readonly disabledFor?: string;
  readonly document: string;
}

/** `dueAt` is there only while the delivery waits. */
interface DeliveryDocument extends MongoDocument, Omit<Delivery, 'id' | 'dueAt'> {
  readonly dueAt?: number;
}

export const webhookCollection = mongoCollection<WebhookDocument>(
  'webhooks',
  { app: String, revision: Number, enabled: Boolean, disabledFor: String, document: String },
  [{ fields: { app: 1, _id: 1 } }, { fields: { enabled: 1 }, sparse: true }, { fields: { disabledFor: 1 }, sparse: true }],
);

export const deliveryCollection = mongoCollection<DeliveryDocument>(
  'webhook_deliveries',
  {
    ...{ app: String, webhook: String, type: String, body: String, state: String, attempts: Number, dueAt: Number, createdAt: Number },
    ...{ attemptedAt: Number, status: Number, error: String },
  },
  [
    { fields: { app: 1, webhook: 1, dueAt: 1 } },
    { fields: { app: 1, webhook: 1, createdAt: 1, _id: 1 } },
    { fields: { app: 1, webhook: 1, state: 1, createdAt: 1, _id: 1 } },
    { fields: { createdAt: 1 } },
  ],
);

export class MongoWebhookStore extends WebhookStore {
  readonly #webhooks: Model<WebhookDocument>;
  readonly #deliveries: Model<DeliveryDocument>;

  constructor(store: MongoStore) {
    super();
    this.#webhooks = store.model(webhookCollection);
    this.#deliveries = store.model(deliveryCollection);
  }

  async find(place: WebhookPlace): Promise<Webhook | undefined> {
    const found = await this.#webhooks.findOne({ _id: idOf(place) }).lean();
    return found ? webhookOf(found) : undefined;
  }

  async list(app: string): Promise<readonly Webhook[]> {
    return (await this.#webhooks.find({ app }).sort({ _id: 1 }).lean()).map(webhookOf);
  }

  async enabled(): Promise<readonly Webhook[]> {
    return (await this.#webhooks.find({ enabled: true }).limit(MAX_ENABLED).lean()).map(webhookOf);
  }

  async disabled(): Promise<readonly DisabledWebhooks[]> {
    const groups = await this.#webhooks.aggregate<{ _id: Pick<DisabledWebhooks, 'app' | 'reason'>; webhooks: number }>([
      { $match: { disabledFor: { $in: ['failing', 'gone'] } } },
      { $group: { _id: { app: '$app', reason: '$disabledFor' }, webhooks: { $sum: 1 } } },
    ]);
    return groups.map(({ _id, webhooks }) => ({ ..._id, webhooks }));
  }

  async save(webhook: Webhook): Promise<void> {
    const { app, revision, enabled, disabledFor } = webhook;
    const _id = idOf(webhook);
    const update = setOrUnset({ app, revision, enabled: enabled ? true : null, disabledFor, document: JSON.stringify(webhook) });
    const isStored =
      revision === 1
        ? await wasNew(this.#webhooks.insertMany([{ _id, ...update.$set } as unknown as WebhookDocument]))
        : (await this.#webhooks.updateOne({ _id, revision: revision - 1 }, update)).matchedCount === 1;
    if (!isStored) throw new StaleRevision(`webhook ${webhook.name}`);
  }

  async remove(place: WebhookPlace): Promise<void> {
    await this.#webhooks.deleteOne({ _id: idOf(place) });
    await this.#deliveries.deleteMany(ofWebhook(place));
  }

  async add(deliveries: readonly Delivery[]): Promise<void> {
    const documents = deliveries.map(({ id, dueAt, ...facts }) => ({ _id: id, ...facts, ...(dueAt !== null && { dueAt }) }));
    try {
      await this.#deliveries.insertMany(documents, { ordered: false, lean: true });
    } catch (error) {
      if (!wereAllThere(error)) throw error;
    }
  }

  async due(place: WebhookPlace, now: number, limit: number): Promise<readonly Delivery[]> {
    const found = await this.#deliveries
      .find({ ...ofWebhook(place), dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean();
    return found.map(deliveryOf);
  }

  async claim({ id, dueAt }: Delivery, until: number): Promise<boolean> {
    if (dueAt === null) return false;
    return (await this.#deliveries.updateOne({ _id: id, dueAt }, { $set: { dueAt: until } })).matchedCount === 1;
  }

  async record({ id, state, attempts, dueAt, attemptedAt, status, error }: Delivery): Promise<void> {
    const due = dueAt === null ? { $unset: { dueAt: 1 as const } } : {};
    const fields = { state, attempts, attemptedAt, status, error, ...(dueAt !== null && { dueAt }) };
    await this.#deliveries.updateOne({ _id: id }, { $set: fields, ...due });
  }

  async deliveries(
    place: WebhookPlace,
    state: DeliveryState | undefined,
    limit: number,
    after?: DeliveryPosition,
  ): Promise<readonly Delivery[]> {
    const beyond = after && {
      $or: [{ createdAt: { $lt: after.createdAt } }, { createdAt: after.createdAt, _id: { $lt: after.id } }],
    };
    const found = await this.#deliveries
      .find({ ...ofWebhook(place), ...(state && { state }), ...beyond })
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit)
      .lean();
    return found.map(deliveryOf);
  }

  async replay(place: WebhookPlace, since: number, now: number): Promise<number> {
    const { modifiedCount } = await this.#deliveries.updateMany(
      { ...ofWebhook(place), state: 'failed', createdAt: { $gte: since } },
      { $set: { state: 'pending', dueAt: now, createdAt: now, attempts: 0 } },
    );
    return modifiedCount;
  }

  dropOlder(before: number, limit: number): Promise<number> {
    return deleteSome(this.#deliveries, { createdAt: { $lt: before } }, limit);
  }
}

/** Neither apps nor names have colons. */
function idOf({ app, name }: WebhookPlace): string {
  return `${app}:${name}`;
}

function ofWebhook({ app, name }: WebhookPlace) {
  return { app, webhook: name };
}

function webhookOf({ document }: Pick<WebhookDocument, 'document'>): Webhook {
  return { batch: null, ...(JSON.parse(document) as Omit<Webhook, 'batch'>) }; // an earlier version knew no batches
}

function deliveryOf({ _id, dueAt, ...facts }: DeliveryDocument): Delivery {
  return { ...facts, id: _id, dueAt: dueAt ?? null };
}
