import type { Model } from 'mongoose';
import type { MongoStore } from '#libs/storage';
import type { BatchResult } from './batch-result.ts';
import { resultCollection, resultFromDocument, type ResultDocument } from './result-document.ts';
import { ResultReader, type ResultSums } from './result-reader.ts';
import { sumsOf, type AlikeResults } from './result-sums.ts';

type Group = Omit<AlikeResults, 'provider' | 'outcomes' | 'suppressedBy'> & {
  readonly _id: Pick<AlikeResults, 'provider' | 'outcomes' | 'suppressedBy'>;
};

const summed = ['settled', 'accepted', 'failed', 'suppressed', 'doubt'] as const;

export class MongoResultReader extends ResultReader {
  readonly #documents: Model<ResultDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(resultCollection);
  }

  async findById(batchId: string): Promise<BatchResult | undefined> {
    const document = await this.#documents.findOne({ _id: batchId }).lean();
    return document ? resultFromDocument(document) : undefined;
  }

  async findByIds(batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchResult>> {
    const documents = await this.#documents.find({ _id: { $in: batchIds } }).lean();
    return new Map(documents.map((document) => [document._id, resultFromDocument(document)]));
  }

  async sums(sendId: string): Promise<ResultSums> {
    const groups = await this.#documents.aggregate<Group>([
      { $match: { sendId } },
      {
        $group: {
          _id: { provider: '$provider', outcomes: '$outcomes', suppressedBy: '$suppressedBy' },
          ...Object.fromEntries(summed.map((name) => [name, { $sum: `$${name}` }])),
          batches: { $sum: 1 },
          updatedAt: { $max: '$updatedAt' },
        },
      },
    ]);
    return sumsOf(groups.map(({ _id, ...counts }) => ({ ..._id, ...counts })));
  }
}
