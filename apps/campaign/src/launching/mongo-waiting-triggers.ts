import { StaleRevision } from '#libs/kernel';
import { deleteSome, mongoCollection, setOrUnset, wasNew, type MongoCollection, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { WaitingTriggers, type TriggerEntry, type WaitingTrigger } from './waiting-trigger.ts';

/** A waiting trigger in MongoDB: as JSON, because callers choose keys in it, beside what is asked for. */
interface WaitingTriggerDocument extends MongoDocument {
  readonly app: string;
  readonly user: string;
  /** While it waits: when its time comes. */
  readonly dueAt?: number;
  /** While it is held: the campaign, with its app. */
  readonly heldFor?: string;
  /** Once it is cancelled: when its time would have come. */
  readonly cancelledDueAt?: number;
  readonly unless?: string;
  readonly document: string;
}

interface TriggerEntryDocument extends MongoDocument {
  readonly revision: number;
  readonly enteredAt: number;
  readonly triggerId: string;
}

const triggerCollection = mongoCollection<WaitingTriggerDocument>(
  'waiting_triggers',
  { app: String, user: String, dueAt: Number, heldFor: String, cancelledDueAt: Number, unless: String, document: String },
  [
    { fields: { dueAt: 1 }, sparse: true },
    { fields: { heldFor: 1 }, sparse: true },
    { fields: { cancelledDueAt: 1 }, sparse: true },
    { fields: { app: 1, user: 1, unless: 1 } },
  ],
);
const entryCollection = mongoCollection<TriggerEntryDocument>(
  'trigger_entries',
  { revision: Number, enteredAt: Number, triggerId: String },
  [],
);

export const waitingTriggerCollections: readonly MongoCollection[] = [triggerCollection, entryCollection];

export class MongoWaitingTriggers extends WaitingTriggers {
  readonly #triggers: Model<WaitingTriggerDocument>;
  readonly #entries: Model<TriggerEntryDocument>;

  constructor(store: MongoStore) {
    super();
    this.#triggers = store.model(triggerCollection);
    this.#entries = store.model(entryCollection);
  }

  async insert(trigger: WaitingTrigger): Promise<boolean> {
    const { app, id, user, unless } = trigger;
    const fields = setOrUnset({ app, user, unless: unless?.event ?? null, document: JSON.stringify(trigger), ...placeOf(trigger) }).$set;
    return wasNew(this.#triggers.insertMany([{ _id: idOf(app, id), ...fields } as unknown as WaitingTriggerDocument]));
  }

  async findDue(now: number, limit: number): Promise<readonly WaitingTrigger[]> {
    const found = await this.#triggers
      .find({ dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean();
    return found.map(triggerFrom);
  }

  async findCancellable(app: string, user: string, event: string): Promise<readonly WaitingTrigger[]> {
    return (await this.#triggers.find({ app, user, unless: event, cancelledDueAt: { $exists: false } }).lean()).map(triggerFrom);
  }

  async mark(trigger: WaitingTrigger, state: 'held' | 'cancelled'): Promise<void> {
    const _id = idOf(trigger.app, trigger.id);
    await this.#triggers.updateOne({ _id, cancelledDueAt: { $exists: false } }, setOrUnset(placeOf({ ...trigger, state })));
  }

  async release(app: string, campaign: string, limit: number): Promise<number> {
    const held = await this.#triggers
      .find({ heldFor: idOf(app, campaign) })
      .limit(limit)
      .lean();
    if (held.length === 0) return 0;
    await this.#triggers.bulkWrite(
      held.map((found) => ({
        updateOne: {
          filter: { _id: found._id, heldFor: idOf(app, campaign) },
          update: { $set: { dueAt: triggerFrom(found).dueAt }, $unset: { heldFor: 1 } },
        },
      })),
    );
    return held.length;
  }

  async remove(app: string, id: string): Promise<void> {
    await this.#triggers.deleteOne({ _id: idOf(app, id) });
  }

  async dropCancelled(before: number, limit: number): Promise<number> {
    return deleteSome(this.#triggers, { cancelledDueAt: { $lt: before } }, limit);
  }

  async findEntry(app: string, campaign: string, user: string): Promise<TriggerEntry | undefined> {
    const found = await this.#entries.findOne({ _id: entryIdOf(app, campaign, user) }).lean();
    return found ? { app, campaign, user, revision: found.revision, enteredAt: found.enteredAt, triggerId: found.triggerId } : undefined;
  }

  async saveEntry({ app, campaign, user, revision, enteredAt, triggerId }: TriggerEntry): Promise<void> {
    const _id = entryIdOf(app, campaign, user);
    const fields = { revision, enteredAt, triggerId };
    const isStored =
      revision === 1
        ? await wasNew(this.#entries.insertMany([{ _id, ...fields }]))
        : (await this.#entries.updateOne({ _id, revision: revision - 1 }, { $set: fields })).matchedCount === 1;
    if (!isStored) throw new StaleRevision(`entry into campaign ${campaign}`);
  }
}

/** The one field by which it is found in its state. */
function placeOf({ app, campaign, state, dueAt }: WaitingTrigger) {
  return {
    dueAt: state === 'waiting' ? dueAt : null,
    heldFor: state === 'held' ? idOf(app, campaign) : null,
    cancelledDueAt: state === 'cancelled' ? dueAt : null,
  };
}

/** Apps have no colon in their ids. */
function idOf(app: string, id: string): string {
  return `${app}:${id}`;
}

/** Campaigns may have a colon in theirs. */
function entryIdOf(app: string, campaign: string, user: string): string {
  return `${app}:${encodeURIComponent(campaign)}:${user}`;
}

function triggerFrom({
  document,
  heldFor,
  cancelledDueAt,
}: Pick<WaitingTriggerDocument, 'document' | 'heldFor' | 'cancelledDueAt'>): WaitingTrigger {
  const state = cancelledDueAt !== undefined ? 'cancelled' : heldFor !== undefined ? 'held' : 'waiting';
  return { ...(JSON.parse(document) as WaitingTrigger), state };
}
