import { StaleRevision } from '#libs/kernel';
import { mongoCollection, wasNew, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { HourlyFileStore } from './hourly-file.store.ts';
import type { FilesPosition } from './hourly-file.ts';

/** By app; `document` is the position as JSON, beside what is asked for. */
interface HourlyFileDocument extends MongoDocument {
  readonly revision: number;
  readonly hour: number;
  readonly document: string;
}

export const hourlyFileCollection = mongoCollection<HourlyFileDocument>(
  'hourly_files',
  { revision: Number, hour: Number, document: String },
  [{ fields: { hour: 1 } }],
);

export class MongoHourlyFileStore extends HourlyFileStore {
  readonly #documents: Model<HourlyFileDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(hourlyFileCollection);
  }

  async find(app: string): Promise<FilesPosition | undefined> {
    return positionOf(await this.#documents.findOne({ _id: app }).lean());
  }

  async furthestBehind(): Promise<FilesPosition | undefined> {
    const [found] = await this.#documents.find().sort({ hour: 1 }).limit(1).lean();
    return positionOf(found);
  }

  async save(position: FilesPosition): Promise<void> {
    const { app: _id, revision, hour } = position;
    const fields = { revision, hour, document: JSON.stringify(position) };
    const isStored =
      revision === 1
        ? await wasNew(this.#documents.insertMany([{ _id, ...fields }]))
        : (await this.#documents.updateOne({ _id, revision: revision - 1 }, { $set: fields })).matchedCount === 1;
    if (!isStored) throw new StaleRevision(`the files of ${_id}`);
  }

  async remove(app: string): Promise<void> {
    await this.#documents.deleteOne({ _id: app });
  }
}

function positionOf(found: Pick<HourlyFileDocument, 'document'> | null | undefined): FilesPosition | undefined {
  return found ? (JSON.parse(found.document) as FilesPosition) : undefined;
}
