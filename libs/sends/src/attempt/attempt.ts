import type { Lane, ProviderName } from '#libs/kernel';
import { IndexSet } from '../index-set.ts';
import type { OutcomeCode } from '../outcome-code.ts';

export type AttemptState = 'claimed' | 'parked' | 'done';

/** One outcome and reason, with the messages it holds for. */
export interface PackedResult {
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
  readonly messages: IndexSet;
}

/** An address the provider called dead, moved, foreign or switched off by the person, or whose messages it drops, with all that a purge compares. */
export interface TokenFinding {
  readonly index: number;
  readonly outcome: 'token_invalid' | 'token_moved' | 'wrong_sender' | 'opted_out' | 'dropped' | 'received';
  readonly reason: string;
  readonly fingerprint: string;
  /** The installation's `tokenConfirmedAt` as read before the send, ms. */
  readonly confirmedAt: number;
  readonly imported: boolean;
  /** The provider's own timestamp, ms. */
  readonly invalidSince: number | null;
  readonly sealedToken: string | null;
  /** An operator released the purge hold that it stood in (R51): it is carried out whatever the breaker says. */
  readonly released?: true;
}

export interface RetrySlot {
  readonly dueAt: number;
  readonly messages: IndexSet;
}

/** One attempt at the messages of a batch. Every write is conditional on `{epoch, revision}`. */
export interface Attempt {
  /** `batch:1`, a later one its parent's id and the index of its due time in the parent's retry plan: `batch:1.0.2`. */
  readonly id: string;
  readonly batchId: string;
  readonly app: string;
  readonly sendId: string;
  readonly provider: ProviderName;
  readonly lane: Lane;
  /** 1, 2, …: how many times these messages have been tried, this one included. */
  readonly depth: number;
  readonly state: AttemptState;
  /** Raised by every takeover. */
  readonly epoch: number;
  readonly revision: number;
  /** A nonce of the worker that holds it. */
  readonly owner: string;
  readonly leaseUntil: number;
  /** The messages it covers. */
  readonly mask: IndexSet;
  /** The window: sent under one intention, answers not yet stored. */
  readonly intended: IndexSet;
  /** Disjoint; a message in `retry` has a result that is not final. */
  readonly results: readonly PackedResult[];
  /** Messages that may have been accepted without our knowing. */
  readonly doubt: IndexSet;
  /** How often a message that was in doubt already came into doubt once more: each time it may have been accepted again. */
  readonly doubtAgain: number;
  /** Answered messages whose token came by import and was never confirmed by an SDK (R51). */
  readonly imported: IndexSet;
  /** At most 4 due times. */
  readonly retry: readonly RetrySlot[];
  readonly tokens: readonly TokenFinding[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Why it is parked. */
  readonly parkedFor: string | null;
  /** When the sweep has to look at it: end of the lease or of the parking, the next retry; null when nothing is open. */
  readonly dueAt: number | null;
}

/** How many copies of this attempt's messages may be at the provider without our knowing. */
export function doubtsOf({ doubt, doubtAgain }: Pick<Attempt, 'doubt' | 'doubtAgain'>): number {
  return doubt.size + doubtAgain;
}

export function firstAttemptId(batch: string): string {
  return `${batch}:1`;
}

export function retryAttemptId(parent: string, slot: number): string {
  return `${parent}.${slot}`;
}

/** Where an attempt stands in its batch: which due time of which attempt it came from (correctness P2). */
export interface AttemptPlace {
  readonly depth: number;
  /** null: the first attempt. */
  readonly parent: { readonly id: string; readonly slot: number } | null;
}

const form = /^1(?:\.\d+)*$/;

/** Reads `batch:1.0.2`; undefined where the id is none of this batch. */
export function placeOfAttempt(batchId: string, attemptId: string): AttemptPlace | undefined {
  const path = attemptId.startsWith(`${batchId}:`) ? attemptId.slice(batchId.length + 1) : '';
  if (!form.test(path)) return undefined;
  const depth = path.split('.').length;
  if (depth === 1) return { depth, parent: null };
  const dot = attemptId.lastIndexOf('.');
  return { depth, parent: { id: attemptId.slice(0, dot), slot: Number(attemptId.slice(dot + 1)) } };
}

/** Every message that has a result. */
export function messagesOf(results: readonly PackedResult[]): IndexSet {
  return results.reduce((all, { messages }) => all.union(messages), IndexSet.empty());
}

/**
 * Reasons of `token_moved` where the address is the same and lives in the other environment of its provider: the installation's is corrected, whatever `sealedToken`
 * holds.
 */
export const ENVIRONMENT_CORRECTED = {
  production: 'environment_corrected_to_production',
  sandbox: 'environment_corrected_to_sandbox',
} as const;
