import type { DomainEvent } from '#libs/events';
import type { SqliteStore } from '#libs/storage';
import { EventPublisher } from '../event-publisher.ts';
import type { SqliteEventLog } from './sqlite-event-log.ts';

export class SqliteEventPublisher extends EventPublisher {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.store.write(() => {
      this.log.append(events);
    });
  }
}
