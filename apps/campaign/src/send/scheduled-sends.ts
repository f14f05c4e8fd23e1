import type { Send } from '#libs/sends';
import type { Restriction } from './send-request.ts';
import type { SendFilter, SendPosition } from '#libs/sends/send/writing';

/** A send that waits for its time. It becomes a send of the same id, insert-once, and is removed then. */
export interface ScheduledSend {
  /** 1 at first, +1 with every write. */
  readonly revision: number;
  /** As the API shows it: `scheduled`, `paused`, or over (`stopped`, `failed`) without having been sent. */
  readonly send: Send;
  /** Its body as the caller wrote it, as JSON; sealed where it names raw tokens. */
  readonly body: string;
  readonly isSealed: boolean;
  /** Of those whom its body names, only these; all of them unless said. */
  readonly within?: readonly Restriction[];
  /** When the sweep has to look at it, ms; null: held or over. */
  readonly dueAt: number | null;
}

/** All calls may throw DependencyUnavailable. */
export abstract class ScheduledSends {
  abstract findById(app: string, id: string): Promise<ScheduledSend | undefined>;
  /** False, and nothing stored, where one of its id is there. */
  abstract insert(scheduled: ScheduledSend): Promise<boolean>;
  /** Stores it if the stored revision is `scheduled.revision - 1`. Throws StaleRevision. */
  abstract save(scheduled: ScheduledSend): Promise<void>;
  /** Safe to repeat. */
  abstract remove(app: string, id: string): Promise<void>;
  /** Newest first, at most 1,001. */
  abstract list(app: string, filter: SendFilter, limit: number, after?: SendPosition): Promise<readonly ScheduledSend[]>;
  /** Those whose time has come (ms), earliest first. */
  abstract findDue(now: number, limit: number): Promise<readonly ScheduledSend[]>;
  /** Drops some of those that were over before an instant (ms); answers how many. */
  abstract dropEnded(before: number, limit: number): Promise<number>;
}

/** What is known under one cancel key of an app. */
export interface CancelKey {
  readonly app: string;
  readonly key: string;
  /** 0: not stored yet. */
  readonly revision: number;
  /** Sends made under it, the oldest first; the newest 1,000. */
  readonly sends: readonly string[];
  /** Whatever comes under it before this instant (ms) is cancelled; null: it was not. */
  readonly cancelledUntil: number | null;
  /** Users for whom it is cancelled, each until an instant (ms). */
  readonly users: Readonly<Record<string, number>>;
  readonly updatedAt: number;
}

/** All calls may throw DependencyUnavailable. */
export abstract class CancelKeys {
  abstract find(app: string, key: string): Promise<CancelKey | undefined>;
  /** Stores it if the stored revision is `key.revision - 1` (1: not stored). Throws StaleRevision. */
  abstract save(key: CancelKey): Promise<void>;
  /** Drops some that were not written since an instant (ms); answers how many. */
  abstract dropBefore(at: number, limit: number): Promise<number>;
}
