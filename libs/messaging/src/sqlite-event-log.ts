import type { DomainEvent } from '#libs/events';
import type { Clock } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';

/** The writing side of the embedded log: same file as the documents, so an event enters it in the transaction of the state it tells of. */
export class SqliteEventLog {
  constructor(
    private readonly store: SqliteStore,
    private readonly clock: Clock,
  ) {}

  /** Appends in order. Call it only inside `store.write(…)`: the events become visible, and wake their consumers, with that commit. */
  append(events: readonly DomainEvent[]): void {
    void this.store;
    void this.clock;
    void events;
    throw new Error('the embedded log comes with its own change');
  }
}
