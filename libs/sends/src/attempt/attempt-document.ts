import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection, setOrUnset, type MongoCollection } from '#libs/storage';
import type { IndexSet } from '../index-set.ts';
import { packed, setFrom, unpacked, type Packed, type PackedSet } from '../packed-set.ts';
import type { Attempt, AttemptState, PackedResult, RetrySlot } from './attempt.ts';

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

export const attemptCollection = mongoCollection<AttemptDocument>(
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
export function attemptDocumentOf({ id, ...attempt }: Attempt): AttemptDocument {
  const { app, sendId, batchId, provider, lane, depth, createdAt, mask } = attempt;
  const fixed = { app, sendId, batchId, provider, lane, depth, createdAt, mask: mask.toBytes() };
  return { _id: id, ...fixed, ...setOrUnset(changing(attempt)).$set } as unknown as AttemptDocument;
}

/** The update that stores what may change of an attempt. */
export function attemptUpdateOf(attempt: Attempt) {
  return setOrUnset(changing(attempt));
}

export function attemptFromDocument(document: AttemptDocument): Attempt {
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
