import type { DomainEvent } from '#libs/events';
import type { ProviderName } from '#libs/kernel';
import { type CollectionOutbox, type Outbox, type OutboxDocument, entryOf, outboxFields, outboxIndex } from '#libs/messaging';
import { type MongoCollection, type MongoStore, deleteSome, mongoCollection, setOrUnset } from '#libs/storage';
import type { Model } from 'mongoose';
import type { IndexSet } from '../index-set.ts';
import { type Packed, type PackedSet, packed, setFrom, unpacked } from '../packed-set.ts';
import { AttemptReader, type AttemptRepository, type ParkedCount, type ParkedPart } from './attempt.store.ts';
import { type Attempt, type AttemptState, type PackedResult, type RetrySlot, firstAttemptId } from './attempt.ts';

type Sets = 'mask' | 'intended' | 'doubt' | 'imported';

/**
 * An attempt in MongoDB. What it has no value for is not there, and the fields that sweeps and counts ask for are there only while they are true, so
 * that their sparse indexes hold only what is open, however many attempts are kept.
 */
export interface AttemptDocument
  extends OutboxDocument, Omit<Attempt, 'id' | Sets | 'results' | 'retry' | 'parkedFor' | 'dueAt'>, Readonly<Record<Sets, PackedSet>> {
  readonly results: readonly Packed<PackedResult>[];
  readonly retry: readonly Packed<RetrySlot>[];
  readonly parkedFor?: string;
  readonly dueAt?: number;
  /** When the sweep looks at it (again); `dueAt` says when it may go on. */
  readonly sweepAt?: number;
  /** The send, while messages may be on the wire. */
  readonly openIn?: string;
  /** The send, while something of it waits: parked, or to be tried again. */
  readonly waitsIn?: string;
  /** `app:provider`, while parked. */
  readonly parkedAt?: string;
}

const attemptCollection = mongoCollection<AttemptDocument>(
  'attempts',
  {
    ...{ app: String, sendId: String, batchId: String, provider: String, lane: String, depth: Number },
    ...{ state: String, epoch: Number, revision: Number, owner: String, leaseUntil: Number, createdAt: Number, updatedAt: Number },
    ...{ parkedFor: String, dueAt: Number, sweepAt: Number, openIn: String, waitsIn: String, parkedAt: String },
    ...{ mask: Buffer, intended: Buffer, doubt: Buffer, doubtAgain: Number, imported: Buffer },
    ...{ results: [Object], retry: [Object], tokens: [Object] },
    ...outboxFields,
  },
  [
    { fields: { sweepAt: 1 }, sparse: true },
    { fields: { openIn: 1 }, sparse: true },
    { fields: { waitsIn: 1, sweepAt: 1 }, sparse: true },
    { fields: { parkedAt: 1 }, sparse: true },
    outboxIndex,
  ],
);

export const attemptCollections: readonly MongoCollection[] = [attemptCollection];

/** What a new attempt is stored as. */
function attemptDocumentOf({ id, ...attempt }: Attempt): AttemptDocument {
  const { app, sendId, batchId, provider, lane, depth, createdAt, mask } = attempt;
  const fixed = { app, sendId, batchId, provider, lane, depth, createdAt, mask: mask.toBytes() };
  return { _id: id, ...fixed, ...setOrUnset(changing(attempt)).$set } as unknown as AttemptDocument;
}

/** The update that stores what may change of an attempt. */
function attemptUpdateOf(attempt: Attempt) {
  return setOrUnset(changing(attempt));
}

function attemptFromDocument(document: AttemptDocument): Attempt {
  const { _id: id, app, sendId, batchId, provider, lane, depth, state, epoch, revision, owner, leaseUntil } = document;
  const { doubtAgain, tokens, createdAt, updatedAt, parkedFor = null, dueAt = null } = document;
  return {
    ...{ id, app, sendId, batchId, provider, lane, depth, state, epoch, revision, owner, leaseUntil },
    ...{ doubtAgain, tokens, createdAt, updatedAt, parkedFor, dueAt },
    mask: setFrom(document.mask),
    intended: setFrom(document.intended),
    doubt: setFrom(document.doubt),
    imported: setFrom(document.imported),
    results: unpacked(document.results),
    retry: unpacked(document.retry),
  };
}

function changing(attempt: Omit<Attempt, 'id'>) {
  const { app, sendId, provider, state, epoch, revision, owner, leaseUntil, updatedAt, parkedFor, dueAt, doubtAgain, tokens } = attempt;
  return {
    ...{ state, epoch, revision, owner, leaseUntil, updatedAt, parkedFor, dueAt, doubtAgain, tokens },
    sweepAt: dueAt,
    openIn: isOpen(attempt) ? sendId : null,
    waitsIn: state !== 'claimed' && dueAt !== null ? sendId : null,
    parkedAt: state === 'parked' ? `${app}:${provider}` : null,
    intended: attempt.intended.toBytes(),
    doubt: attempt.doubt.toBytes(),
    imported: attempt.imported.toBytes(),
    results: packed(attempt.results),
    retry: packed(attempt.retry),
  };
}

function isOpen({ state, intended }: { readonly state: AttemptState; readonly intended: IndexSet }): boolean {
  return state === 'claimed' && !intended.isEmpty;
}

const maxOfBatch = 10_000;

export class MongoAttemptReader extends AttemptReader {
  protected readonly documents: Model<AttemptDocument>;

  constructor(store: MongoStore) {
    super();
    this.documents = store.model(attemptCollection);
  }

  async findById(id: string): Promise<Attempt | undefined> {
    const document = await this.documents.findOne({ _id: id }).lean();
    return document ? attemptFromDocument(document) : undefined;
  }

  /** Ids of a batch's attempts are the batch's id, a colon and digits with dots; a semicolon sorts right behind the colon. */
  async ofBatch(batchId: string): Promise<readonly Attempt[]> {
    const range = { _id: { $gte: `${batchId}:`, $lt: `${batchId};` } };
    const documents = await this.documents.find(range).limit(maxOfBatch).lean();
    return documents.map(attemptFromDocument).sort((a, b) => a.depth - b.depth);
  }

  async claimed(batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    const ids = batchIds.map((batch) => firstAttemptId(batch));
    const found = await this.documents.find({ _id: { $in: ids } }, { _id: 1 }).lean();
    return new Set(found.map(({ _id }) => _id.slice(0, -2)));
  }

  async openWindows(sendId: string): Promise<number> {
    return this.documents.countDocuments({ openIn: sendId });
  }
}

/**
 * Every write is one conditional write of one document, and what it causes leaves from that document: two writes a batch in the normal case. A claim
 * whose answer is lost on the way looks like that of another worker: its lease ends, and the sweep goes on. Leases of dead processes end by their time.
 */
export class MongoAttemptRepository extends MongoAttemptReader implements AttemptRepository {
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super(store);
    this.#outbox = outbox.of(attemptCollection);
  }

  async insert(attempt: Attempt): Promise<boolean> {
    return this.#outbox.insert(attemptDocumentOf(attempt), []);
  }

  async replace(previous: Attempt, next: Attempt, events: readonly DomainEvent[]): Promise<boolean> {
    const { id: _id, epoch, revision } = previous;
    return this.#outbox.update({ _id, epoch, revision }, attemptUpdateOf(next), events.map(entryOf));
  }

  async keep(attempts: readonly Pick<Attempt, 'id' | 'epoch'>[], leaseUntil: number): Promise<void> {
    if (attempts.length === 0) return;
    await this.documents.bulkWrite(
      attempts.map(({ id: _id, epoch }) => ({
        updateOne: { filter: { _id, epoch, state: 'claimed' }, update: { $set: { leaseUntil, dueAt: leaseUntil, sweepAt: leaseUntil } } },
      })),
      { ordered: false },
    );
  }

  async findDue(now: number, limit: number): Promise<readonly Attempt[]> {
    const documents = await this.documents
      .find({ sweepAt: { $lte: now } })
      .sort({ sweepAt: 1 })
      .limit(limit)
      .lean();
    return documents.map(attemptFromDocument);
  }

  async putOff(attempts: readonly { readonly attempt: Attempt; readonly until: number | null }[]): Promise<void> {
    if (attempts.length === 0) return;
    await this.documents.bulkWrite(
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
    const found = await this.documents.aggregate<{ _id: string; app: string }>([
      { $match: { waitsIn: { $gt: after ?? '' } } },
      { $sort: { waitsIn: 1 } },
      { $group: { _id: '$waitsIn', app: { $first: '$app' } } },
      { $sort: { _id: 1 } },
      { $limit: limit },
    ]);
    return found.map(({ _id: sendId, app }) => ({ app, sendId }));
  }

  async hurry(sendId: string, only: ParkedPart | null, at: number, laterThan: number): Promise<void> {
    const some = only && { parkedFor: { $in: [...only.parkedFor] }, provider: { $nin: [...only.notOf] } };
    const waiting = { waitsIn: sendId, sweepAt: { $gt: laterThan }, ...some };
    await this.documents.updateMany(waiting, { $set: { sweepAt: at } });
  }

  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.documents.find({ _id: { $in: ids } }, { _id: 1 }).lean();
    return new Set(found.map(({ _id }) => _id));
  }

  async parked(): Promise<readonly ParkedCount[]> {
    const found = await this.documents.aggregate<{ _id: string; batches: number }>([
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
    return deleteSome(this.documents, { _id: { $gt: `${sendId}:`, $lt: `${sendId};` } }, limit);
  }
}
