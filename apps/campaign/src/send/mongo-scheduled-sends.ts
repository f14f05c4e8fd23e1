import { StaleRevision } from '#libs/kernel';
import { deleteSome, mongoCollection, setOrUnset, wasNew, type MongoCollection, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { sendFilterOf, type SendFilter, type SendPosition } from '#libs/sends/send/writing';
import { CancelKeys, ScheduledSends, type CancelKey, type ScheduledSend } from './scheduled-sends.ts';

/** A scheduled send in MongoDB: as JSON, because callers choose keys in it, beside what is asked for. */
interface ScheduledSendDocument extends MongoDocument {
  readonly app: string;
  readonly id: string;
  readonly revision: number;
  readonly state: string;
  readonly campaign?: string;
  readonly createdAt: number;
  readonly finishedAt?: number;
  readonly dueAt?: number;
  readonly document: string;
}

interface CancelKeyDocument extends MongoDocument {
  readonly revision: number;
  readonly updatedAt: number;
  readonly document: string;
}

const scheduledCollection = mongoCollection<ScheduledSendDocument>(
  'scheduled_sends',
  {
    ...{ app: String, id: String, revision: Number, state: String, campaign: String },
    ...{ createdAt: Number, finishedAt: Number, dueAt: Number, document: String },
  },
  [{ fields: { app: 1, createdAt: 1, id: 1 } }, { fields: { dueAt: 1 }, sparse: true }, { fields: { finishedAt: 1 }, sparse: true }],
);
const cancelKeyCollection = mongoCollection<CancelKeyDocument>('cancel_keys', { revision: Number, updatedAt: Number, document: String }, [
  { fields: { updatedAt: 1 } },
]);

export const scheduledSendCollections: readonly MongoCollection[] = [scheduledCollection, cancelKeyCollection];

/** Apps have no colon in their ids. */
const idOf = (app: string, id: string) => `${app}:${id}`;

export class MongoScheduledSends extends ScheduledSends {
  readonly #documents: Model<ScheduledSendDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(scheduledCollection);
  }

  async findById(app: string, id: string): Promise<ScheduledSend | undefined> {
    const found = await this.#documents.findOne({ _id: idOf(app, id) }).lean();
    return found ? scheduledFrom(found) : undefined;
  }

  async insert(scheduled: ScheduledSend): Promise<boolean> {
    const { app, id } = scheduled.send;
    return wasNew(this.#documents.insertMany([{ _id: idOf(app, id), ...updateOf(scheduled).$set } as unknown as ScheduledSendDocument]));
  }

  async save(scheduled: ScheduledSend): Promise<void> {
    const { app, id } = scheduled.send;
    const { matchedCount } = await this.#documents.updateOne({ _id: idOf(app, id), revision: scheduled.revision - 1 }, updateOf(scheduled));
    if (matchedCount === 0) throw new StaleRevision(`scheduled send ${id}`);
  }

  async remove(app: string, id: string): Promise<void> {
    await this.#documents.deleteOne({ _id: idOf(app, id) });
  }

  async list(app: string, filter: SendFilter, limit: number, after?: SendPosition): Promise<readonly ScheduledSend[]> {
    const found = await this.#documents
      .find(sendFilterOf('id', app, filter, after))
      .sort({ createdAt: -1, id: -1 })
      .limit(limit)
      .batchSize(limit)
      .lean();
    return found.map(scheduledFrom);
  }

  async findDue(now: number, limit: number): Promise<readonly ScheduledSend[]> {
    const found = await this.#documents
      .find({ dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean();
    return found.map(scheduledFrom);
  }

  async dropEnded(before: number, limit: number): Promise<number> {
    return deleteSome(this.#documents, { finishedAt: { $lt: before } }, limit);
  }
}

export class MongoCancelKeys extends CancelKeys {
  readonly #documents: Model<CancelKeyDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(cancelKeyCollection);
  }

  async find(app: string, key: string): Promise<CancelKey | undefined> {
    const found = await this.#documents.findOne({ _id: idOf(app, key) }).lean();
    return found ? (JSON.parse(found.document) as CancelKey) : undefined;
  }

  async save(found: CancelKey): Promise<void> {
    const { app, key, revision, updatedAt } = found;
    const _id = idOf(app, key);
    const document = JSON.stringify(found);
    const isStored =
      revision === 1
        ? await wasNew(this.#documents.insertMany([{ _id, revision, updatedAt, document }]))
        : (await this.#documents.updateOne({ _id, revision: revision - 1 }, { $set: { revision, updatedAt, document } })).matchedCount ===
          1;
    if (!isStored) throw new StaleRevision(`cancel key of ${app}`);
  }

  async dropBefore(at: number, limit: number): Promise<number> {
    return deleteSome(this.#documents, { updatedAt: { $lt: at } }, limit);
  }
}

function updateOf(scheduled: ScheduledSend) {
  const { app, id, state, campaign, createdAt, finishedAt } = scheduled.send;
  const { revision, dueAt } = scheduled;
  return setOrUnset({ app, id, revision, state, campaign, createdAt, finishedAt, dueAt, document: JSON.stringify(scheduled) });
}

function scheduledFrom({ document }: ScheduledSendDocument): ScheduledSend {
  return JSON.parse(document) as ScheduledSend;
}
