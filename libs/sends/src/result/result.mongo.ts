import type { DomainEvent } from '#libs/events';
import { type ProviderName, StaleRevision } from '#libs/kernel';
import { type CollectionOutbox, type Outbox, type OutboxDocument, entryOf, outboxFields, outboxIndex } from '#libs/messaging';
import { type MongoCollection, type MongoStore, deleteSome, mongoCollection, setOrUnset } from '#libs/storage';
import type { Model } from 'mongoose';
import type { PackedResult } from '../attempt/attempt.ts';
import type { IndexSet } from '../index-set.ts';
import { type Packed, type PackedSet, packed, setFrom, unpacked } from '../packed-set.ts';
import { ResultReader, type ResultRepository, type PendingFindings } from './result.store.ts';
import { type AlikeResults, type BatchResult, type PurgeTally, countsOf, sumsOf, tallyOf, type ResultSums } from './result.ts';

/** What is summed over the results of a send, in fields that an index covers: sums read no documents. */
interface ResultHeader {
  readonly settled: 0 | 1;
  readonly accepted: number;
  readonly failed: number;
  readonly suppressed: number;
  readonly doubt: number;
  /** Counts by name, as JSON: batches whose counts are alike are one group. */
  readonly outcomes: string;
  readonly suppressedBy: string;
  readonly confirmedAnswers: number;
  readonly confirmedInvalid: number;
  readonly importedAnswers: number;
  readonly importedInvalid: number;
}

type Same = 'app' | 'sendId' | 'slice' | 'provider' | 'lane' | 'revision' | 'size' | 'pendingFindings' | 'updatedAt';

/** The results of a batch in MongoDB. */
export interface ResultDocument extends OutboxDocument, ResultHeader, Pick<BatchResult, Same> {
  /** How many findings wait; absent when none does. */
  readonly pending?: number;
  /** The same, where nothing is due: the mass-purge breaker holds them. */
  readonly held?: number;
  readonly dueAt?: number;
  readonly results: readonly Packed<PackedResult>[];
  readonly depths: readonly Packed<{ readonly depth: number; readonly messages: IndexSet }>[];
  readonly final: PackedSet;
  readonly imported: PackedSet;
  /** By attempt; the dots in their ids keep them from being names of fields. */
  readonly seen: readonly { readonly attempt: string; readonly revision: number }[];
  readonly doubts: readonly { readonly attempt: string; readonly copies: number }[];
}

const header = {
  ...{ settled: Number, accepted: Number, failed: Number, suppressed: Number, doubt: Number, outcomes: String, suppressedBy: String },
  ...{ confirmedAnswers: Number, confirmedInvalid: Number, importedAnswers: Number, importedInvalid: Number },
};

const mixed = [Object];

const resultCollection = mongoCollection<ResultDocument>(
  'results',
  {
    ...{ app: String, sendId: String, slice: Number, provider: String, lane: String, revision: Number, size: Number },
    ...header,
    ...{ pending: Number, held: Number, updatedAt: Number, dueAt: Number },
    ...{ results: mixed, depths: mixed, final: Buffer, imported: Buffer, seen: mixed, doubts: mixed, pendingFindings: mixed },
    ...outboxFields,
  },
  [
    { fields: { sendId: 1, provider: 1, ...namesOf(header), updatedAt: 1 } },
    { fields: { dueAt: 1 }, sparse: true },
    { fields: { pending: 1 }, sparse: true },
    outboxIndex,
  ],
);

export const resultCollections: readonly MongoCollection[] = [resultCollection];

/** What the first results of a batch are stored as. */
function resultDocumentOf(result: BatchResult): ResultDocument {
  return { _id: result.batchId, ...resultUpdateOf(result).$set } as unknown as ResultDocument;
}

/** The update that stores results over earlier ones. */
function resultUpdateOf(result: BatchResult) {
  const { app, sendId, slice, provider, lane, revision, size, pendingFindings, updatedAt, dueAt } = result;
  const pending = pendingFindings.length > 0 ? pendingFindings.length : null;
  return setOrUnset({
    ...{ app, sendId, slice, provider, lane, revision, size },
    ...headerOf(result),
    ...{ pending, held: dueAt === null ? pending : null, pendingFindings, updatedAt, dueAt },
    results: packed(result.results),
    depths: packed(result.depths),
    final: result.final.toBytes(),
    imported: result.imported.toBytes(),
    seen: Object.entries(result.seen).map(([attempt, seen]) => ({ attempt, revision: seen })),
    doubts: Object.entries(result.doubts).map(([attempt, copies]) => ({ attempt, copies })),
  });
}

function resultFromDocument(document: ResultDocument): BatchResult {
  const { _id: batchId, app, sendId, slice, provider, lane, revision, size, pendingFindings, updatedAt, dueAt = null } = document;
  return {
    ...{ batchId, app, sendId, slice, provider, lane, revision, size, pendingFindings, updatedAt, dueAt },
    settled: document.settled === 1,
    results: unpacked(document.results),
    depths: unpacked(document.depths),
    final: setFrom(document.final),
    imported: setFrom(document.imported),
    seen: Object.fromEntries(document.seen.map(({ attempt, revision: seen }) => [attempt, seen])),
    doubts: Object.fromEntries(document.doubts.map(({ attempt, copies }) => [attempt, copies])),
  };
}

function headerOf(result: BatchResult): ResultHeader {
  const { accepted, failed, suppressed, possibleDuplicates, outcomes, suppressedBy } = countsOf(result);
  const { confirmed, imported } = tallyOf(result);
  return {
    ...{ settled: result.settled ? 1 : 0, accepted, failed, suppressed, doubt: possibleDuplicates },
    ...{ outcomes: JSON.stringify(outcomes), suppressedBy: JSON.stringify(suppressedBy) },
    ...{ confirmedAnswers: confirmed.answers, confirmedInvalid: confirmed.invalid },
    ...{ importedAnswers: imported.answers, importedInvalid: imported.invalid },
  };
}

function namesOf(fields: object): Readonly<Record<string, 1>> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, 1 as const]));
}

type Group = Omit<AlikeResults, 'provider' | 'outcomes' | 'suppressedBy'> & {
  readonly _id: Pick<AlikeResults, 'provider' | 'outcomes' | 'suppressedBy'>;
};

const summed = ['settled', 'accepted', 'failed', 'suppressed', 'doubt'] as const;

export class MongoResultReader extends ResultReader {
  protected readonly documents: Model<ResultDocument>;

  constructor(store: MongoStore) {
    super();
    this.documents = store.model(resultCollection);
  }

  async findById(batchId: string): Promise<BatchResult | undefined> {
    const document = await this.documents.findOne({ _id: batchId }).lean();
    return document ? resultFromDocument(document) : undefined;
  }

  async findByIds(batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchResult>> {
    const documents = await this.documents.find({ _id: { $in: batchIds } }).lean();
    return new Map(documents.map((document) => [document._id, resultFromDocument(document)]));
  }

  async sums(sendId: string): Promise<ResultSums> {
    const groups = await this.documents.aggregate<Group>([
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

interface Tally {
  readonly confirmedAnswers: number;
  readonly confirmedInvalid: number;
  readonly importedAnswers: number;
  readonly importedInvalid: number;
}

const tallied = ['confirmedAnswers', 'confirmedInvalid', 'importedAnswers', 'importedInvalid'] as const;

/** A save whose answer is lost is stale when it is repeated; whoever reads then finds it done, and its events are told by the outbox. */
export class MongoResultRepository extends MongoResultReader implements ResultRepository {
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super(store);
    this.#outbox = outbox.of(resultCollection);
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
    const documents = await this.documents
      .find({ dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean();
    return documents.map(resultFromDocument);
  }

  async dropOfSend(sendId: string, limit: number): Promise<number> {
    return deleteSome(this.documents, { sendId }, limit);
  }

  async purgeTally(sendId: string, provider: ProviderName): Promise<PurgeTally> {
    const sums = Object.fromEntries(tallied.map((name) => [name, { $sum: `$${name}` }]));
    const [tally] = await this.documents.aggregate<Tally>([{ $match: { sendId, provider } }, { $group: { _id: '$provider', ...sums } }]);
    const { confirmedAnswers = 0, confirmedInvalid = 0, importedAnswers = 0, importedInvalid = 0 } = tally ?? {};
    return {
      confirmed: { answers: confirmedAnswers, invalid: confirmedInvalid },
      imported: { answers: importedAnswers, invalid: importedInvalid },
    };
  }

  async withFindings(provider: ProviderName, after: string | null, limit: number): Promise<readonly BatchResult[]> {
    const documents = await this.documents
      .find({ pending: { $gt: 0 }, provider, _id: { $gt: after ?? '' } })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return documents.map(resultFromDocument);
  }

  async pendingFindings(): Promise<Readonly<Record<string, PendingFindings>>> {
    const found = await this.documents.aggregate<{ _id: string; all: number; held: number }>([
      { $match: { pending: { $gt: 0 } } },
      { $group: { _id: '$provider', all: { $sum: '$pending' }, held: { $sum: '$held' } } },
    ]);
    return Object.fromEntries(found.map(({ _id, all, held }) => [_id, { all, held }]));
  }
}
