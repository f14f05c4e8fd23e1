import { newId, StaleRevision } from '#libs/kernel';
import { isDuplicateKey, mongoCollection, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { TooManyEventNames } from '../registry-errors.ts';
import { usersCollection, type UserDocument } from '../user/mongo-user-document.ts';
import { BehaviourRepository } from './behaviour.repository.ts';
import {
  counted,
  MAX_EVENT_NAMES,
  uncounted,
  withMerged,
  type CountedRollup,
  type EventRollup,
  type TrackedEvent,
  type UserEvents,
} from './behaviour.ts';

interface BehaviourDocument {
  /** `app:userId:name` */
  readonly _id: string;
  readonly app: string;
  readonly userId: string;
  readonly name: string;
  readonly revision: number;
  /** Of this document and no later one in its place: what is moved is moved once. */
  readonly life: string;
  /** Set once: nothing is counted here any more. */
  readonly movingTo?: string;
  readonly rollup: EventRollup;
  readonly recent: readonly string[];
}

export const behaviourCollection = mongoCollection<BehaviourDocument>(
  'user_events',
  {
    app: String,
    userId: String,
    name: String,
    revision: Number,
    life: String,
    movingTo: String,
    rollup: Object,
    recent: { type: [String], default: undefined },
  },
  [{ fields: { app: 1, userId: 1, name: 1 } }],
);

type Rule = (stored: CountedRollup | undefined) => CountedRollup | undefined;

/** A document for each user and name. A merge freezes it, adds it to the other user's and takes it away: each of the steps may be repeated. */
export class MongoBehaviourRepository extends BehaviourRepository {
  readonly #events: Model<BehaviourDocument>;
  readonly #users: Model<UserDocument>;

  constructor(store: MongoStore) {
    super();
    this.#events = store.model(behaviourCollection);
    this.#users = store.model(usersCollection);
  }

  async count(app: string, userId: string, events: readonly TrackedEvent[]): Promise<readonly boolean[]> {
    const owner = await this.#ownerOf(app, userId);
    if (!owner || owner.mergedInto !== undefined) throw new StaleRevision(userId);
    const isNew: boolean[] = [];
    for (const event of events) isNew.push(await this.#change(app, userId, event.name, (stored) => counted(stored, event)));
    await this.#follow(app, userId);
    return isNew;
  }

  async uncounted(app: string, userId: string, events: readonly TrackedEvent[]): Promise<readonly TrackedEvent[]> {
    const keys = Array.from(new Set(events.map(({ name }) => name)), (name) => keyOf(app, userId, name));
    const stored = await this.#events.find({ _id: { $in: keys } }, { name: 1, recent: 1 }).lean<BehaviourDocument[]>();
    const names = stored.length === keys.length ? 0 : await this.#events.countDocuments({ app, userId });
    return uncounted(new Map(stored.map(({ name, recent }) => [name, recent])), names, events);
  }

  async ofUser(app: string, userId: string): Promise<UserEvents> {
    const found = await this.#events.find({ app, userId }).sort({ name: 1 }).limit(MAX_EVENT_NAMES).lean<BehaviourDocument[]>();
    return Object.fromEntries(found.map(({ name, rollup }) => [name, rollup]));
  }

  async ofUsers(app: string, userIds: readonly string[], names: readonly string[]): Promise<ReadonlyMap<string, UserEvents>> {
    const keys = userIds.flatMap((userId) => names.map((name) => keyOf(app, userId, name)));
    const found = new Map<string, Record<string, EventRollup>>();
    const documents = await this.#events.find({ _id: { $in: keys } }, { userId: 1, name: 1, rollup: 1 }).lean<BehaviourDocument[]>();
    for (const { userId, name, rollup } of documents) found.set(userId, { ...found.get(userId), [name]: rollup });
    return found;
  }

  async move(app: string, fromUserId: string, toUserId: string): Promise<void> {
    for (const { _id, name } of await this.#events.find({ app, userId: fromUserId }, { name: 1 }).lean<BehaviourDocument[]>()) {
      const frozen = await this.#events
        .findOneAndUpdate({ _id }, { $set: { movingTo: toUserId }, $inc: { revision: 1 } }, { returnDocument: 'after' })
        .lean<BehaviourDocument>();
      if (!frozen) continue;
      const merged = { ...frozen.rollup, recent: frozen.recent };
      await this.#change(app, toUserId, name, (stored) => withMerged(stored, merged, `moved:${frozen.life}`), Infinity);
      await this.#events.deleteOne({ _id, life: frozen.life });
    }
  }

  async removeOf(app: string, userId: string): Promise<number> {
    return (await this.#events.deleteMany({ app, userId })).deletedCount;
  }

  /** What was counted while a merge took the user away goes where the merge went; where the user is gone, to nobody: whoever tells it looks again. */
  async #follow(app: string, userId: string): Promise<void> {
    const owner = await this.#ownerOf(app, userId);
    if (owner?.mergedInto !== undefined) return this.move(app, userId, owner.mergedInto);
    if (owner) return;
    await this.removeOf(app, userId);
    throw new StaleRevision(userId);
  }

  async #ownerOf(app: string, userId: string): Promise<Pick<UserDocument, 'mergedInto'> | null> {
    return this.#users.findOne({ _id: `${app}:${userId}` }, { mergedInto: 1 }).lean<Pick<UserDocument, 'mergedInto'>>();
  }

  /** Answers whether anything changed. Throws StaleRevision where others keep coming first, or where the document is being moved. */
  async #change(app: string, userId: string, name: string, rule: Rule, maxNames = MAX_EVENT_NAMES): Promise<boolean> {
    const _id = keyOf(app, userId, name);
    const stored = await this.#events.findOne({ _id }).lean<BehaviourDocument>();
    if (stored?.movingTo !== undefined) throw new StaleRevision(_id);
    const next = rule(stored ? { ...stored.rollup, recent: stored.recent } : undefined);
    if (!next) return false;
    const { recent, ...rollup } = next;
    if (stored) {
      const { matchedCount } = await this.#events.updateOne(
        { _id, life: stored.life, revision: stored.revision },
        { $set: { rollup, recent }, $inc: { revision: 1 } },
      );
      return matchedCount > 0 ? true : this.#change(app, userId, name, rule, maxNames);
    }
    if ((await this.#events.countDocuments({ app, userId })) >= maxNames) throw new TooManyEventNames();
    try {
      await this.#events.insertOne({ _id, app, userId, name, revision: 1, life: newId(), rollup, recent });
      return true;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return this.#change(app, userId, name, rule, maxNames);
    }
  }
}

function keyOf(app: string, userId: string, name: string): string {
  return `${app}:${userId}:${name}`;
}
