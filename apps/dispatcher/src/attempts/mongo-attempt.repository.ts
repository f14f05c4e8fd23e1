import type { DomainEvent } from '#libs/events';
import type { ProviderName } from '#libs/kernel';
import { entryOf, type CollectionOutbox, type Outbox } from '#libs/messaging';
import {
  attemptCollection,
  attemptDocumentOf,
  attemptFromDocument,
  attemptUpdateOf,
  type Attempt,
  type AttemptDocument,
} from '#libs/sends';
import { deleteSome, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { AttemptRepository, type ParkedCount } from './attempt.repository.ts';

/**
 * Every write is one conditional write of one document, and what it causes leaves from that document: two writes a batch in the normal case. A claim
 * whose answer is lost on the way looks like that of another worker: its lease ends, and the sweep goes on. Leases of dead processes end by their time.
 */
export class MongoAttemptRepository extends AttemptRepository {
  readonly #documents: Model<AttemptDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#documents = store.model(attemptCollection);
    this.#outbox = outbox.of(attemptCollection);
  }

  async insert(attempt: Attempt): Promise<boolean> {
    return this.#outbox.insert(attemptDocumentOf(attempt), []);
  }

  async findById(id: string): Promise<Attempt | undefined> {
    const document = await this.#documents.findOne({ _id: id }).lean();
    return document ? attemptFromDocument(document) : undefined;
  }

  async replace(previous: Attempt, next: Attempt, events: readonly DomainEvent[]): Promise<boolean> {
    const { id: _id, epoch, revision } = previous;
    return this.#outbox.update({ _id, epoch, revision }, attemptUpdateOf(next), events.map(entryOf));
  }

  async keep(attempts: readonly Pick<Attempt, 'id' | 'epoch'>[], leaseUntil: number): Promise<void> {
    if (attempts.length === 0) return;
    await this.#documents.bulkWrite(
      attempts.map(({ id: _id, epoch }) => ({
        updateOne: { filter: { _id, epoch, state: 'claimed' }, update: { $set: { leaseUntil, dueAt: leaseUntil, sweepAt: leaseUntil } } },
      })),
      { ordered: false },
    );
  }

  async findDue(now: number, limit: number): Promise<readonly Attempt[]> {
    const documents = await this.#documents
      .find({ sweepAt: { $lte: now } })
      .sort({ sweepAt: 1 })
      .limit(limit)
      .lean();
    return documents.map(attemptFromDocument);
  }

  async putOff(attempts: readonly { readonly attempt: Attempt; readonly until: number | null }[]): Promise<void> {
    if (attempts.length === 0) return;
    await this.#documents.bulkWrite(
      attempts.map(({ attempt: { id: _id, revision }, until }) => ({
        updateOne: {
          filter: { _id, revision },
          update: until === null ? { $unset: { sweepAt: 1, waitsIn: 1 } } : { $set: { sweepAt: until } },
        },
      })),
      { ordered: false },
    );
  }

  async waitingSends(after: string | null, limit: number): Promise<readonly { readonly app: string; readonly sendId: string }[]> {
    const found = await this.#documents.aggregate<{ _id: string; app: string }>([
      { $match: { waitsIn: { $gt: after ?? '' } } },
      { $sort: { waitsIn: 1 } },
      { $group: { _id: '$waitsIn', app: { $first: '$app' } } },
      { $sort: { _id: 1 } },
      { $limit: limit },
    ]);
    return found.map(({ _id: sendId, app }) => ({ app, sendId }));
  }

  async hurry(sendId: string, parkedFor: string | null, at: number, laterThan: number): Promise<void> {
    const waiting = { waitsIn: sendId, sweepAt: { $gt: laterThan }, ...(parkedFor !== null && { parkedFor }) };
    await this.#documents.updateMany(waiting, { $set: { sweepAt: at } });
  }

  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.#documents.find({ _id: { $in: ids } }, { _id: 1 }).lean();
    return new Set(found.map(({ _id }) => _id));
  }

  async parked(): Promise<readonly ParkedCount[]> {
    const found = await this.#documents.aggregate<{ _id: string; batches: number }>([
      { $match: { parkedAt: { $gt: '' } } },
      { $group: { _id: '$parkedAt', batches: { $sum: 1 } } },
    ]);
    return found.map(({ _id, batches }) => {
      const [app = '', provider] = _id.split(':');
      return { app, provider: provider as ProviderName, batches };
    });
  }

  /** Ids begin with that of their send: a range of the primary key. */
  async dropOfSend(sendId: string, limit: number): Promise<number> {
    return deleteSome(this.#documents, { _id: { $gt: `${sendId}:`, $lt: `${sendId};` } }, limit);
  }
}
