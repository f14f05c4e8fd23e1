import type { DomainEvent } from '#libs/events';
import { DependencyUnavailable } from '#libs/kernel';
import { EventPublisher } from '#libs/messaging';

/** Keeps what is published; for suites over adapters whose events leave through an outbox. */
export class PublishedEvents extends EventPublisher {
  readonly all: DomainEvent[] = [];
  /** The broker cannot be reached. */
  isAway = false;

  get ids(): readonly string[] {
    return this.all.map(({ envelope }) => envelope.id);
  }

  get types(): readonly string[] {
    return this.all.map(({ envelope }) => envelope.type);
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    if (this.isAway) throw new DependencyUnavailable('The broker');
    this.all.push(...events);
  }
}
