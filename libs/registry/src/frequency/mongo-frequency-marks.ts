import { newId } from '#libs/kernel';
import { deleteSome, mongoCollection, setOrUnset, wereAllThere, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { expiryOf, isFirst, nextRevision, packMarks, unpackMarks, type FrequencyRecord } from './frequency-mark.ts';
import { FrequencyMarks } from './frequency-marks.ts';

/** A record in MongoDB; its id is its key. */
interface FrequencyDocument extends MongoDocument {
  readonly revision: number;
  /** The call that stored it: the server's answer does not say which of many documents it has changed. */
  readonly writer: string;
  readonly movedTo?: string;
  readonly expiresAt: number;
  /** Packed. */
  readonly marks: string;
}

export const frequencyMarksCollection = mongoCollection<FrequencyDocument>(
  'frequency_marks',
  { revision: Number, writer: String, movedTo: String, expiresAt: Number, marks: String },
  [{ fields: { expiresAt: 1 } }],
);

export class MongoFrequencyMarks extends FrequencyMarks {
  readonly #records: Model<FrequencyDocument>;

  constructor(store: MongoStore) {
    super();
    this.#records = store.model(frequencyMarksCollection);
  }

  async find(keys: readonly string[]): Promise<ReadonlyMap<string, FrequencyRecord>> {
    const documents = await this.#records.find({ _id: { $in: [...keys] } }, { writer: 0, expiresAt: 0 }).lean<FrequencyDocument[]>();
    return new Map(
      documents.map(({ _id: key, revision, movedTo, marks }) => [
        key,
        { key, revision, marks: unpackMarks(marks), ...(movedTo !== undefined && { movedTo }) },
      ]),
    );
  }

  async save(records: readonly FrequencyRecord[]): Promise<ReadonlySet<string>> {
    const writer = newId();
    const first = records.filter(isFirst);
    const later = records.filter((record) => !isFirst(record));
    const areStored = await Promise.all([this.#insert(first, writer), this.#update(later, writer)]);
    if (areStored.every(Boolean)) return new Set();
    const keys = records.map(({ key }) => key);
    const own = await this.#records.find({ _id: { $in: keys } }, { writer: 1 }).lean<Pick<FrequencyDocument, '_id' | 'writer'>[]>();
    const stored = new Set(own.flatMap(({ _id, writer: by }) => (by === writer ? [_id] : [])));
    return new Set(keys.filter((key) => !stored.has(key))); // one that was stored and overwritten since has the mark in it
  }

  async remove(keys: readonly string[]): Promise<number> {
    return (await this.#records.deleteMany({ _id: { $in: [...keys] } })).deletedCount;
  }

  async dropExpired(before: number, limit: number): Promise<number> {
    return deleteSome(this.#records, { expiresAt: { $lt: before } }, limit);
  }

  /** Answers whether all of them were. */
  async #insert(records: readonly FrequencyRecord[], writer: string): Promise<boolean> {
    if (records.length === 0) return true;
    try {
      const documents = records.map((record) => ({ _id: record.key, ...(setOrUnset(fieldsOf(record, writer)).$set as object) }));
      await this.#records.insertMany(documents as FrequencyDocument[], { ordered: false, lean: true });
      return true;
    } catch (error) {
      if (!wereAllThere(error)) throw error;
      return false;
    }
  }

  async #update(records: readonly FrequencyRecord[], writer: string): Promise<boolean> {
    if (records.length === 0) return true;
    const { matchedCount } = await this.#records.bulkWrite(
      records.map((record) => ({
        updateOne: { filter: { _id: record.key, revision: record.revision }, update: setOrUnset(fieldsOf(record, writer)) },
      })),
      { ordered: false },
    );
    return matchedCount === records.length;
  }
}

function fieldsOf(record: FrequencyRecord, writer: string) {
  const { movedTo = null, marks } = record;
  return { revision: nextRevision(record), writer, movedTo, expiresAt: expiryOf(record), marks: packMarks(marks) };
}
