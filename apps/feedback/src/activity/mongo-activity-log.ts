import { ACTIVITY_TOPIC } from '#libs/events';
import { topics, type GroupPositions } from '#libs/messaging';
import { mongoCollection, wasNew, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { setTimeout as pause } from 'node:timers/promises';
import { ActivityLog, byTime, type ActivityPage, type ActivityRecord } from './activity-log.ts';

interface ActivityDocument extends MongoDocument, ActivityRecord {
  readonly app: string;
}

/** Of each partition the lowest offset that is still kept. */
interface StartDocument extends MongoDocument {
  readonly start: number;
}

export const activityCollection = mongoCollection<ActivityDocument>(
  'activity',
  { app: String, partition: Number, offset: Number, at: Number, value: String },
  [{ fields: { app: 1, partition: 1, offset: 1 } }, { fields: { app: 1, partition: 1, at: 1 } }, { fields: { at: 1 } }],
);

export const activityStartCollection = mongoCollection<StartDocument>('activity_starts', { start: Number }, []);

/** The group that keeps what it reads; below its position in a partition every record is kept. */
const group = { service: 'webhooks', topic: ACTIVITY_TOPIC };
const [lookAgainMs, usuallyFreshMs] = [500, 250];

/** Facts as the group of `push.activity` has kept them, as far as it has come: what several of its members keep at a time comes out of order. */
export class MongoActivityLog extends ActivityLog {
  readonly partitions = topics.find(({ name }) => name === ACTIVITY_TOPIC)?.partitions ?? 0;
  readonly isTopic = false;
  readonly #records: Model<ActivityDocument>;
  readonly #starts: Model<StartDocument>;
  #ends: { readonly at: number; readonly ends: Promise<readonly number[]> } | undefined;

  constructor(
    store: MongoStore,
    private readonly positions: GroupPositions,
    private readonly freshMs = usuallyFreshMs,
  ) {
    super();
    this.#records = store.model(activityCollection);
    this.#starts = store.model(activityStartCollection);
  }

  async read(app: string, from: readonly number[], limit: number): Promise<ActivityPage> {
    const ends = await this.#endsNow();
    const pages = await Promise.all(
      from.map(async (offset, partition) => {
        const end = ends[partition] ?? 0;
        const range = { app, partition, offset: { $gte: offset, $lt: end } };
        const records = end <= offset ? [] : await this.#records.find(range).sort({ offset: 1 }).limit(limit).lean();
        const last = records.at(-1)?.offset ?? 0;
        return { records, next: records.length < limit ? Math.max(offset, end) : last + 1 };
      }),
    );
    const records = pages.flatMap((page) => page.records.map(({ partition, offset, at, value }) => ({ partition, offset, at, value })));
    return { records: byTime(records), next: pages.map(({ next }) => next) };
  }

  async starts(): Promise<readonly number[]> {
    const stored = new Map((await this.#starts.find().lean()).map(({ _id, start }) => [_id, start]));
    return Array.from({ length: this.partitions }, (_, partition) => stored.get(String(partition)) ?? 0);
  }

  async since(app: string, at: number): Promise<readonly number[]> {
    const ends = await this.#endsNow();
    return Promise.all(
      Array.from({ length: this.partitions }, async (_, partition) => {
        const first = await this.#records
          .findOne({ app, partition, at: { $gte: at } })
          .sort({ at: 1 })
          .lean();
        const end = ends[partition] ?? 0; // beyond it something may be missing
        return Math.min(first?.offset ?? end, end);
      }),
    );
  }

  async changed(signal: AbortSignal): Promise<void> {
    await pause(lookAgainMs, undefined, { signal }).catch(() => undefined);
  }

  async keep(app: string, { partition, offset, at, value }: ActivityRecord): Promise<void> {
    const document = { _id: `${partition}:${offset}`, app, partition, offset, at, value };
    await wasNew(this.#records.insertMany([document], { lean: true }));
  }

  async dropOlder(before: number, limit: number): Promise<number> {
    const old = await this.#records
      .find({ at: { $lt: before } }, { partition: 1, offset: 1 })
      .sort({ at: 1 })
      .limit(limit)
      .lean();
    if (old.length === 0) return 0;
    const starts = Map.groupBy(old, ({ partition }) => partition);
    await this.#starts.bulkWrite(
      [...starts].map(([partition, some]) => ({
        updateOne: {
          filter: { _id: String(partition) },
          update: { $max: { start: Math.max(...some.map(({ offset }) => offset)) + 1 } },
          upsert: true,
        },
      })),
    );
    await this.#records.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } });
    return old.length;
  }

  /** Streams ask together; what they hear is a quarter of a second old at most. */
  #endsNow(): Promise<readonly number[]> {
    const now = performance.now();
    if (this.#ends && now - this.#ends.at < this.freshMs) return this.#ends.ends;
    const ends = this.positions
      .of(group)
      .then((found) => Array.from({ length: this.partitions }, (_, partition) => found.get(partition) ?? 0));
    ends.catch(() => (this.#ends = undefined));
    this.#ends = { at: now, ends };
    return ends;
  }
}
