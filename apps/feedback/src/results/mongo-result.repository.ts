import type { DomainEvent } from '#libs/events';
import { StaleRevision, type ProviderName } from '#libs/kernel';
import { entryOf, type CollectionOutbox, type Outbox } from '#libs/messaging';
import {
  resultCollection,
  resultDocumentOf,
  resultFromDocument,
  resultUpdateOf,
  type BatchResult,
  type PurgeTally,
  type ResultDocument,
} from '#libs/sends';
import { deleteSome, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { ResultRepository, type PendingFindings } from './result.repository.ts';

interface Tally {
  readonly confirmedAnswers: number;
  readonly confirmedInvalid: number;
  readonly importedAnswers: number;
  readonly importedInvalid: number;
}

const tallied = ['confirmedAnswers', 'confirmedInvalid', 'importedAnswers', 'importedInvalid'] as const;

/** A save whose answer is lost is stale when it is repeated; whoever reads then finds it done, and its events are told by the outbox. */
export class MongoResultRepository extends ResultRepository {
  readonly #documents: Model<ResultDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#documents = store.model(resultCollection);
    this.#outbox = outbox.of(resultCollection);
  }

  async findById(batchId: string): Promise<BatchResult | undefined> {
    const document = await this.#documents.findOne({ _id: batchId }).lean();
    return document ? resultFromDocument(document) : undefined;
  }

  async save(result: BatchResult, events: readonly DomainEvent[]): Promise<void> {
    const { batchId: _id, revision } = result;
    const entries = events.map(entryOf);
    const isStored =
      revision === 1
        ? await this.#outbox.insert(resultDocumentOf(result), entries)
        : await this.#outbox.update({ _id, revision: revision - 1 }, resultUpdateOf(result), entries);
    if (!isStored) throw new StaleRevision(_id);
  }

  async findDue(now: number, limit: number): Promise<readonly BatchResult[]> {
    const documents = await this.#documents
      .find({ dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean();
    return documents.map(resultFromDocument);
  }

  async dropOfSend(sendId: string, limit: number): Promise<number> {
    return deleteSome(this.#documents, { sendId }, limit);
  }

  async purgeTally(sendId: string, provider: ProviderName): Promise<PurgeTally> {
    const sums = Object.fromEntries(tallied.map((name) => [name, { $sum: `$${name}` }]));
    const [tally] = await this.#documents.aggregate<Tally>([{ $match: { sendId, provider } }, { $group: { _id: '$provider', ...sums } }]);
    const { confirmedAnswers = 0, confirmedInvalid = 0, importedAnswers = 0, importedInvalid = 0 } = tally ?? {};
    return {
      confirmed: { answers: confirmedAnswers, invalid: confirmedInvalid },
      imported: { answers: importedAnswers, invalid: importedInvalid },
    };
  }

  async withFindings(provider: ProviderName, after: string | null, limit: number): Promise<readonly BatchResult[]> {
    const documents = await this.#documents
      .find({ pending: { $gt: 0 }, provider, _id: { $gt: after ?? '' } })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return documents.map(resultFromDocument);
  }

  async pendingFindings(): Promise<Readonly<Record<string, PendingFindings>>> {
    const found = await this.#documents.aggregate<{ _id: string; all: number; held: number }>([
      { $match: { pending: { $gt: 0 } } },
      { $group: { _id: '$provider', all: { $sum: '$pending' }, held: { $sum: '$held' } } },
    ]);
    return Object.fromEntries(found.map(({ _id, all, held }) => [_id, { all, held }]));
  }
}
