import type { DomainEvent } from '#libs/events';
import { StaleRevision, type ProviderName } from '#libs/kernel';
import { entryOf, type CollectionOutbox, type Outbox, type OutboxEntry } from '#libs/messaging';
import {
  resultCollection,
  resultDocumentOf,
  resultFromDocument,
  resultUpdateOf,
  type BatchResult,
  type PurgeTally,
  type ResultDocument,
} from '#libs/sends';
import { deleteSome, isDuplicateKey, type MongoStore } from '#libs/storage';
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
    const entries = events.map(entryOf);
    await (result.revision === 1 ? this.#insert(result, entries) : this.#update(result, entries));
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

  async pendingFindings(): Promise<Readonly<Record<string, PendingFindings>>> {
    const found = await this.#documents.aggregate<{ _id: string; all: number; held: number }>([
      { $match: { pending: { $gt: 0 } } },
      { $group: { _id: '$provider', all: { $sum: '$pending' }, held: { $sum: '$held' } } },
    ]);
    return Object.fromEntries(found.map(({ _id, all, held }) => [_id, { all, held }]));
  }

  async #insert(result: BatchResult, entries: readonly OutboxEntry[]): Promise<void> {
    const document = { ...resultDocumentOf(result), ...this.#outbox.fields(entries) };
    try {
      await this.#documents.insertMany([document], { lean: true });
    } catch (error) {
      throw isDuplicateKey(error) ? new StaleRevision(result.batchId, { cause: error }) : error;
    }
    await this.#outbox.deliver(document);
  }

  async #update(result: BatchResult, entries: readonly OutboxEntry[]): Promise<void> {
    const { batchId: _id, revision } = result;
    const condition = { _id, revision: revision - 1, ...(entries.length > 0 && this.#outbox.room) };
    const update = { ...resultUpdateOf(result), ...this.#outbox.additions(entries) };
    const written = await this.#documents
      .findOneAndUpdate(condition, update, { returnDocument: 'after', projection: { outbox: 1 } })
      .lean();
    if (written) return this.#outbox.deliver(written);
    await this.#outbox.refuseIfFull(_id);
    throw new StaleRevision(_id);
  }
}
