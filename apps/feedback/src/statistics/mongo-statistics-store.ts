import { StaleRevision } from '#libs/kernel';
import { deleteSome, mongoCollection, wasNew, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { StatisticsStore, type HourPlace, type StatMark } from './statistics.store.ts';
import type { StatHour, StatPart } from './statistics.ts';

type MarkDocument = MongoDocument & StatMark;

/** `document` is the part as JSON, beside what is asked for. */
interface PartDocument extends MongoDocument, Pick<StatPart, 'app' | 'hour' | 'source'> {
  readonly document: string;
}

/** `open` is there only while the hour is not sealed. */
interface HourDocument extends MongoDocument, HourPlace {
  readonly revision: number;
  readonly open?: true;
  readonly document: string;
}

export const statMarkCollection = mongoCollection<MarkDocument>(
  'stat_marks',
  { app: String, subject: String, dueAt: Number, marks: Number },
  [{ fields: { dueAt: 1 } }],
);
export const statPartCollection = mongoCollection<PartDocument>(
  'stat_parts',
  { app: String, hour: Number, source: String, document: String },
  [{ fields: { app: 1, hour: 1, source: 1 } }],
);
export const statHourCollection = mongoCollection<HourDocument>(
  'stat_hours',
  { app: String, hour: Number, revision: Number, open: Boolean, document: String },
  [{ fields: { app: 1, hour: 1 } }, { fields: { open: 1, hour: 1 }, sparse: true }, { fields: { hour: 1 } }],
);

export class MongoStatisticsStore extends StatisticsStore {
  readonly #marks: Model<MarkDocument>;
  readonly #parts: Model<PartDocument>;
  readonly #hours: Model<HourDocument>;

  constructor(store: MongoStore) {
    super();
    this.#marks = store.model(statMarkCollection);
    this.#parts = store.model(statPartCollection);
    this.#hours = store.model(statHourCollection);
  }

  async mark(app: string, subject: string, dueAt: number): Promise<number> {
    const update = { $min: { dueAt }, $inc: { marks: 1 }, $setOnInsert: { app, subject } };
    const found = await this.#marks
      .findOneAndUpdate({ _id: `${app}:${subject}` }, update, { upsert: true, returnDocument: 'after' })
      .lean();
    return found.dueAt;
  }

  async dueMarks(now: number, limit: number): Promise<readonly StatMark[]> {
    const found = await this.#marks
      .find({ dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean();
    return found.map(({ app, subject, dueAt, marks }) => ({ app, subject, dueAt, marks }));
  }

  async unmark({ app, subject, marks }: StatMark): Promise<void> {
    await this.#marks.deleteOne({ _id: `${app}:${subject}`, marks });
  }

  async savePart(part: StatPart): Promise<void> {
    const { app, hour, source } = part;
    const fields = { app, hour, source, document: JSON.stringify(part) };
    await this.#parts.updateOne({ _id: partId(part, source) }, { $set: fields }, { upsert: true });
  }

  async findPart(place: HourPlace, source: string): Promise<StatPart | undefined> {
    const found = await this.#parts.findOne({ _id: partId(place, source) }).lean();
    return found ? partOf(found) : undefined;
  }

  async parts({ app, hour }: HourPlace, after: string, limit: number): Promise<readonly StatPart[]> {
    const found = await this.#parts
      .find({ app, hour, source: { $gt: after } })
      .sort({ source: 1 })
      .limit(limit)
      .lean();
    return found.map(partOf);
  }

  dropParts({ app, hour }: HourPlace, limit: number): Promise<number> {
    return deleteSome(this.#parts, { app, hour }, limit);
  }

  async findHour(place: HourPlace): Promise<StatHour | undefined> {
    const found = await this.#hours.findOne({ _id: hourId(place) }).lean();
    return found ? hourFrom(found) : undefined;
  }

  async saveHour(hour: StatHour): Promise<void> {
    const { app, hour: at, revision, sealed } = hour;
    const _id = hourId(hour);
    const fields = { app, hour: at, revision, document: JSON.stringify(hour) };
    const isStored =
      revision === 1
        ? await wasNew(this.#hours.insertMany([{ _id, ...fields, ...(!sealed && { open: true }) } as unknown as HourDocument]))
        : (
            await this.#hours.updateOne(
              { _id, revision: revision - 1 },
              { $set: { ...fields, ...(!sealed && { open: true as const }) }, ...(sealed && { $unset: { open: 1 as const } }) },
            )
          ).matchedCount === 1;
    if (!isStored) throw new StaleRevision(`statistics of hour ${at}`);
  }

  async hours(app: string, from: number, to: number, limit: number): Promise<readonly StatHour[]> {
    const found = await this.#hours
      .find({ app, hour: { $gte: from, $lt: to } })
      .sort({ hour: 1 })
      .limit(limit)
      .lean();
    return found.map(hourFrom);
  }

  async unsealed(before: number, limit: number): Promise<readonly HourPlace[]> {
    const found = await this.#hours
      .find({ open: true, hour: { $lt: before } }, { app: 1, hour: 1 })
      .sort({ hour: 1 })
      .limit(limit)
      .lean();
    return found.map(({ app, hour }) => ({ app, hour }));
  }

  dropHours(before: number, limit: number): Promise<number> {
    return deleteSome(this.#hours, { hour: { $lt: before } }, limit);
  }
}

/** Neither apps nor ids have colons. */
function partId({ app, hour }: HourPlace, source: string): string {
  return `${app}:${hour}:${source}`;
}

function hourId({ app, hour }: HourPlace): string {
  return `${app}:${hour}`;
}

function partOf({ document }: { readonly document: string }): StatPart {
  return JSON.parse(document) as StatPart;
}

function hourFrom({ document }: { readonly document: string }): StatHour {
  return JSON.parse(document) as StatHour;
}
