import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection, setOrUnset, type MongoCollection } from '#libs/storage';
import type { PackedResult } from '../attempt/attempt.ts';
import type { IndexSet } from '../index-set.ts';
import { packed, setFrom, unpacked, type Packed, type PackedSet } from '../packed-set.ts';
import { countsOf, type BatchResult } from './batch-result.ts';
import { tallyOf } from './purge-tally.ts';

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

export const resultCollection = mongoCollection<ResultDocument>(
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
export function resultDocumentOf(result: BatchResult): ResultDocument {
  return { _id: result.batchId, ...resultUpdateOf(result).$set } as unknown as ResultDocument;
}

/** The update that stores results over earlier ones. */
export function resultUpdateOf(result: BatchResult) {
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

export function resultFromDocument(document: ResultDocument): BatchResult {
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
