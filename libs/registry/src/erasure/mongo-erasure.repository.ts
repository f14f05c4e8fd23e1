import { StaleRevision } from '#libs/kernel';
import { mongoCollection, setOrUnset, wasNew, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { ErasureRepository, waitingServices, type ErasurePlace } from './erasure.repository.ts';
import type { Erasure } from './erasure.ts';

interface ErasureDocument extends MongoDocument {
  readonly app: string;
  readonly person: string;
  readonly createdAt: number;
  readonly dueAt?: number;
  readonly waitingFor: readonly string[];
  readonly revision: number;
  /** As JSON. */
  readonly document: string;
}

export const erasuresCollection = mongoCollection<ErasureDocument>(
  'erasures',
  { app: String, person: String, createdAt: Number, dueAt: Number, waitingFor: [String], revision: Number, document: String },
  [
    { fields: { app: 1, createdAt: -1, _id: -1 } },
    { fields: { app: 1, person: 1, createdAt: -1 } },
    { fields: { waitingFor: 1, dueAt: 1 } },
  ],
);

export class MongoErasureRepository extends ErasureRepository {
  readonly #erasures: Model<ErasureDocument>;

  constructor(store: MongoStore) {
    super();
    this.#erasures = store.model(erasuresCollection);
  }

  async insertOnce(erasure: Erasure): Promise<Erasure> {
    const { id, app } = erasure;
    const isNew = await wasNew(this.#erasures.insertMany([{ _id: id, ...fieldsOf(erasure).$set } as unknown as ErasureDocument]));
    return isNew ? erasure : ((await this.findById(app, id)) ?? erasure);
  }

  async findById(app: string, id: string): Promise<Erasure | undefined> {
    return erasureFrom(await this.#erasures.findOne({ _id: id, app }).lean<ErasureDocument>());
  }

  async findByPerson(app: string, person: string): Promise<Erasure | undefined> {
    const [newest] = await this.#erasures.find({ app, person }).sort({ createdAt: -1 }).limit(1).lean<ErasureDocument[]>();
    return erasureFrom(newest ?? null);
  }

  async list(app: string, limit: number, after?: ErasurePlace): Promise<readonly Erasure[]> {
    const { createdAt = Number.MAX_SAFE_INTEGER, id = '' } = after ?? {};
    const behind = { createdAt: { $lte: createdAt }, $or: [{ createdAt: { $lt: createdAt } }, { _id: { $lt: id } }] };
    const found = await this.#erasures
      .find({ app, ...behind })
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit)
      .lean<ErasureDocument[]>();
    return found.map(({ document }) => JSON.parse(document) as Erasure);
  }

  async save(erasure: Erasure): Promise<void> {
    const { id, revision } = erasure;
    const { matchedCount } = await this.#erasures.updateOne({ _id: id, revision: revision - 1 }, fieldsOf(erasure));
    if (matchedCount === 0) throw new StaleRevision(id);
  }

  async findDue(service: string, now: number, limit: number): Promise<readonly Erasure[]> {
    const found = await this.#erasures
      .find({ waitingFor: service, dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean<ErasureDocument[]>();
    return found.map(({ document }) => JSON.parse(document) as Erasure);
  }
}

function fieldsOf(erasure: Erasure) {
  const { app, person, createdAt, dueAt, revision } = erasure;
  return setOrUnset({ app, person, createdAt, dueAt, waitingFor: waitingServices(erasure), revision, document: JSON.stringify(erasure) });
}

function erasureFrom(found: ErasureDocument | null): Erasure | undefined {
  return found ? (JSON.parse(found.document) as Erasure) : undefined;
}
