import { StaleRevision } from '#libs/kernel';
import { mongoCollection, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { ledgerLineFrom, tokenLedgerCollection, type LedgerDocument } from '../ledger/mongo-token-ledger.ts';
import type { LedgerLine } from '../ledger/token-ledger.ts';
import type { ExportJob } from './export-job.ts';
import { ExportRepository } from './export.repository.ts';

interface ExportDocument extends MongoDocument {
  readonly app: string;
  readonly state: string;
  readonly createdAt: number;
  readonly leaseUntil: number;
  readonly revision: number;
  readonly job: ExportJob;
}

export const exportsCollection = mongoCollection<ExportDocument>(
  'exports',
  { app: String, state: String, createdAt: Number, leaseUntil: Number, revision: Number, job: Object },
  [{ fields: { state: 1, leaseUntil: 1 } }, { fields: { app: 1, state: 1 } }, { fields: { createdAt: 1 } }],
);

const step = 1_000;

export class MongoExportRepository extends ExportRepository {
  readonly #exports: Model<ExportDocument>;
  readonly #lines: Model<LedgerDocument>;

  constructor(store: MongoStore) {
    super();
    this.#exports = store.model(exportsCollection);
    this.#lines = store.model(tokenLedgerCollection);
  }

  async insert(job: ExportJob): Promise<void> {
    await this.#exports.insertMany([{ _id: job.id, ...fieldsOf(job) }], { lean: true });
  }

  async findById(app: string, id: string): Promise<ExportJob | undefined> {
    return (await this.#exports.findOne({ _id: id, app }).lean<ExportDocument>())?.job;
  }

  async save(job: ExportJob): Promise<void> {
    const { matchedCount } = await this.#exports.updateOne({ _id: job.id, revision: job.revision - 1 }, { $set: fieldsOf(job) });
    if (matchedCount === 0) throw new StaleRevision(job.id);
  }

  async findRunning(now: number): Promise<ExportJob | undefined> {
    const found = await this.#exports
      .findOne({ state: 'running', leaseUntil: { $lte: now } })
      .sort({ leaseUntil: 1 })
      .lean<ExportDocument>();
    return found?.job;
  }

  async countRunning(app: string): Promise<number> {
    return this.#exports.countDocuments({ app, state: 'running' });
  }

  async findOld(before: number, limit: number): Promise<readonly ExportJob[]> {
    const found = await this.#exports
      .find({ createdAt: { $lt: before } })
      .sort({ createdAt: 1 })
      .limit(limit)
      .lean<ExportDocument[]>();
    return found.map(({ job }) => job);
  }

  async remove({ id }: ExportJob): Promise<void> {
    await this.#exports.deleteOne({ _id: id });
  }

  async *ledger(app: string): AsyncIterable<LedgerLine> {
    const found = this.#lines
      .find({ app })
      .sort({ installationId: 1, at: -1, _id: -1 })
      .lean<LedgerDocument[]>()
      .cursor({ batchSize: step });
    for await (const document of found) yield ledgerLineFrom(document);
  }
}

function fieldsOf(job: ExportJob) {
  const { app, state, createdAt, leaseUntil, revision } = job;
  return { app, state, createdAt, leaseUntil, revision, job };
}
