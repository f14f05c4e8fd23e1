import type { Model } from 'mongoose';
import type { MongoStore } from '#libs/storage';
import { attemptCollection, attemptFromDocument, type AttemptDocument } from './attempt-document.ts';
import { firstAttemptId, type Attempt } from './attempt.ts';
import { AttemptReader } from './attempt-reader.ts';

const maxOfBatch = 10_000;

export class MongoAttemptReader extends AttemptReader {
  readonly #documents: Model<AttemptDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(attemptCollection);
  }

  async findById(id: string): Promise<Attempt | undefined> {
    const document = await this.#documents.findOne({ _id: id }).lean();
    return document ? attemptFromDocument(document) : undefined;
  }

  /** Ids of a batch's attempts are the batch's id, a colon and digits with dots; a semicolon sorts right behind the colon. */
  async ofBatch(batchId: string): Promise<readonly Attempt[]> {
    const range = { _id: { $gte: `${batchId}:`, $lt: `${batchId};` } };
    const documents = await this.#documents.find(range).limit(maxOfBatch).lean();
    return documents.map(attemptFromDocument).sort((a, b) => a.depth - b.depth);
  }

  async claimed(batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    const ids = batchIds.map((batch) => firstAttemptId(batch));
    const found = await this.#documents.find({ _id: { $in: ids } }, { _id: 1 }).lean();
    return new Set(found.map(({ _id }) => _id.slice(0, -2)));
  }

  async openWindows(sendId: string): Promise<number> {
    return this.#documents.countDocuments({ openIn: sendId });
  }
}
