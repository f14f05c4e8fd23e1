import type { DomainEvent } from '#libs/events';
import type { ProviderName } from '#libs/kernel';
import type { Attempt } from './attempt.ts';

/** Reads attempts; the dispatcher alone writes them. */
export abstract class AttemptReader {
  abstract findById(id: string): Promise<Attempt | undefined>;
  /** Every attempt at a batch, in order of depth. */
  abstract ofBatch(batchId: string): Promise<readonly Attempt[]>;
  /** Which of these batches have been claimed at least once. At most 1,000 ids. */
  abstract claimed(batchIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Batches of a send with a live window: messages may be on the wire. */
  abstract openWindows(sendId: string): Promise<number>;
}

/** What is parked for one of these reasons, and goes to none of these providers. */
export interface ParkedPart {
  readonly parkedFor: readonly string[];
  readonly notOf: readonly ProviderName[];
}

export interface ParkedCount {
  readonly app: string;
  readonly provider: ProviderName;
  readonly batches: number;
}

/** Attempts, with the events their changes cause; written by the dispatcher alone. Every call may throw DependencyUnavailable. */
export abstract class AttemptRepository extends AttemptReader {
  /** Insert-once: false where an attempt of this id is stored already, whatever its state. */
  abstract insert(attempt: Attempt): Promise<boolean>;
  /**
   * Stores `next` and its events together, if epoch and revision are still those of `previous`. False: another worker came first, and
   * nothing was stored (correctness P2).
   */
  abstract replace(previous: Attempt, next: Attempt, events: readonly DomainEvent[]): Promise<boolean>;
  /**
   * Moves the end of the leases of these attempts to `leaseUntil` (ms), where they are still claimed in that epoch. Raises no revision: it competes with no
   * other write, and whoever took an attempt over is not touched by it.
   */
  abstract keep(attempts: readonly Pick<Attempt, 'id' | 'epoch'>[], leaseUntil: number): Promise<void>;
  /** Attempts whose `dueAt` has come and that were not put off beyond `now`; the longest overdue first. */
  abstract findDue(now: number, limit: number): Promise<readonly Attempt[]>;
  /** The sweep looks at these again at `until` (ms), or never where it is null. Changes nothing that a worker sees; what was written meanwhile stays as it is. */
  abstract putOff(attempts: readonly { readonly attempt: Attempt; readonly until: number | null }[]): Promise<void>;
  /** Sends that have something waiting: parked, or to be tried again. In order of their ids, after `after`. */
  abstract waitingSends(after: string | null, limit: number): Promise<readonly { readonly app: string; readonly sendId: string }[]>;
  /**
   * The sweep looks at what waits of a send at `at` (ms), if it would have looked only after `laterThan`: at everything, or at what is
   * parked for some reasons.
   */
  abstract hurry(sendId: string, only: ParkedPart | null, at: number, laterThan: number): Promise<void>;
  /** Which of these ids are stored. At most 1,000. */
  abstract known(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /** How many batches are parked, by app and provider; none where there are none. */
  abstract parked(): Promise<readonly ParkedCount[]>;
  /** Drops at most `limit` attempts of a send that is forgotten; answers how many. */
  abstract dropOfSend(sendId: string, limit: number): Promise<number>;
}
