import type { Lane, ProviderName } from '#libs/kernel';
import { IndexSet } from '../index-set.ts';
import { messagesOf, type Attempt } from './attempt.ts';

/** Who works on an attempt, and until when nobody else should. */
export interface Holder {
  readonly owner: string;
  readonly leaseUntil: number;
  readonly now: number;
}

/** What is tried: the messages of a batch, or of one due time of an earlier attempt. */
export interface AttemptSubject {
  readonly id: string;
  readonly batchId: string;
  readonly app: string;
  readonly sendId: string;
  readonly provider: ProviderName;
  readonly lane: Lane;
  readonly depth: number;
  readonly mask: IndexSet;
}

/** The first claim, with the intention to send the first window: one write less for the normal case. */
export function claim(subject: AttemptSubject, holder: Holder, windowSize: number): Attempt {
  return { ...opened(subject, holder), state: 'claimed', intended: windowOf(subject.mask, windowSize) };
}

/** An attempt that cannot begin now: nothing is intended, nothing is lost. */
export function parkFromTheStart(subject: AttemptSubject, holder: Holder, parking: Parking): Attempt {
  return { ...opened(subject, holder), state: 'parked', leaseUntil: 0, parkedFor: parking.reason, dueAt: parking.dueAt };
}

export interface Parking {
  /** In a word: `paused`, `provider_down`, `rate`, … */
  readonly reason: string;
  readonly dueAt: number;
}

/** Whether somebody who was told to may take the attempt now. A parked one may always be looked at again: it is parked again at worst. */
export function isFree(attempt: Attempt, now: number): boolean {
  return attempt.state === 'claimed' ? attempt.leaseUntil <= now : attempt.state === 'parked';
}

export function hasDeadMessages(attempt: Attempt): boolean {
  return attempt.results.some(({ outcome }) => outcome === 'dead');
}

/** A parked attempt goes on: nothing was intended, so the window may be intended in the same write. */
export function resume(attempt: Attempt, holder: Holder, windowSize: number): Attempt {
  return { ...raised(attempt, holder), intended: windowOf(pending(attempt), windowSize) };
}

/** The holder is gone: what it meant to send and did not answer for may have been accepted. Stored before anything is sent again. */
export function takeOver(attempt: Attempt, holder: Holder): Attempt {
  return { ...raised(attempt, holder), ...openWindowInDoubt(attempt), intended: IndexSet.empty() };
}

/** Puts the next window on record before its first message reaches a socket. */
export function intend(attempt: Attempt, holder: Holder, windowSize: number): Attempt {
  return { ...next(attempt, holder.now), ...leaseOf(holder), intended: windowOf(pending(attempt), windowSize) };
}

/** Puts a free attempt off; what its last holder left unanswered enters doubt. */
export function parkAgain(attempt: Attempt, { reason, dueAt }: Parking, now: number): Attempt {
  return {
    ...next(attempt, now),
    epoch: attempt.epoch + 1,
    state: 'parked',
    ...openWindowInDoubt(attempt),
    intended: IndexSet.empty(),
    leaseUntil: 0,
    parkedFor: reason,
    dueAt,
  };
}

/**
 * The event of a finished attempt, once declared dead, is replayed: its dead messages go into a due time of their own, behind those
 * whose attempts may exist already.
 */
export function reopen(attempt: Attempt, now: number): Attempt {
  const dead = attempt.results.filter(({ outcome }) => outcome === 'dead');
  const results = attempt.results.map((result) => (dead.includes(result) ? { ...result, outcome: 'retry_later' as const } : result));
  const retry = [...attempt.retry, { dueAt: now, messages: messagesOf(dead) }];
  return { ...next(attempt, now), results, retry, dueAt: now };
}

/** Messages that have no result yet. */
export function pending(attempt: Attempt): IndexSet {
  return attempt.mask.minus(messagesOf(attempt.results));
}

/** The lowest positions of a set, at most so many. */
export function windowOf(positions: IndexSet, size: number): IndexSet {
  if (positions.size <= size) return positions;
  return IndexSet.of([...positions].slice(0, size));
}

/** Part of every write: the next revision. */
export function next(attempt: Attempt, now: number): Attempt {
  return { ...attempt, revision: attempt.revision + 1, updatedAt: now };
}

/** Messages come into doubt, some of them not for the first time. */
export function inDoubt({ doubt, doubtAgain }: Attempt, messages: IndexSet): Pick<Attempt, 'doubt' | 'doubtAgain'> {
  return { doubt: doubt.union(messages), doubtAgain: doubtAgain + doubt.intersect(messages).size };
}

function openWindowInDoubt(attempt: Attempt): Pick<Attempt, 'doubt' | 'doubtAgain'> {
  return inDoubt(attempt, attempt.intended.minus(messagesOf(attempt.results)));
}

function raised(attempt: Attempt, holder: Holder): Attempt {
  return { ...next(attempt, holder.now), ...leaseOf(holder), epoch: attempt.epoch + 1, state: 'claimed', parkedFor: null };
}

function leaseOf({ owner, leaseUntil }: Holder): Pick<Attempt, 'owner' | 'leaseUntil' | 'dueAt'> {
  return { owner, leaseUntil, dueAt: leaseUntil };
}

function opened(subject: AttemptSubject, holder: Holder): Omit<Attempt, 'state'> {
  const nothing = IndexSet.empty();
  return {
    ...subject,
    ...leaseOf(holder),
    epoch: 1,
    revision: 1,
    intended: nothing,
    results: [],
    doubt: nothing,
    doubtAgain: 0,
    imported: nothing,
    retry: [],
    tokens: [],
    createdAt: holder.now,
    updatedAt: holder.now,
    parkedFor: null,
  };
}
