import type { DomainEvent } from '#libs/events';
import type { Send, SendState } from './send.ts';

/** Reads sends; campaign alone writes them. May throw DependencyUnavailable. */
export abstract class SendReader {
  abstract findById(app: string, id: string): Promise<Send | undefined>;
  /** Newest first, at most 1,001. */
  abstract list(app: string, filter: SendFilter, limit: number, after?: SendPosition): Promise<readonly Send[]>;
}

export interface SendFilter {
  readonly states?: readonly SendState[];
  readonly campaign?: string;
  /** Created at or after, ms. */
  readonly since?: number;
}

/** Where a list goes on: behind this send. */
export interface SendPosition {
  readonly createdAt: number;
  readonly id: string;
}

/** Sends; campaign alone writes them. All calls may throw DependencyUnavailable. */
export abstract class SendRepository extends SendReader {
  /** Stores a new send and its events together; false, and nothing stored, where one of its id is there. */
  abstract insert(send: Send, events: readonly DomainEvent[]): Promise<boolean>;
  /** Stores what may change of a send and the events together, if the stored revision is `send.revision - 1`. Throws StaleRevision. */
  abstract save(send: Send, events: readonly DomainEvent[]): Promise<void>;
  /** Sends of all apps that are not over, oldest first; for metrics. */
  abstract findOpen(limit: number): Promise<readonly Send[]>;
  /** Sends that the sweep has to look at by now (ms), longest overdue first. */
  abstract findDue(now: number, limit: number): Promise<readonly Send[]>;
  /** Sends that were over before an instant (ms) and are not forgotten, in the order of their ends. */
  abstract findForgettable(finishedBefore: number, limit: number): Promise<readonly Send[]>;
}
