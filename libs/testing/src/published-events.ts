import type { DomainEvent } from '#libs/events';
import { EventPublisher } from '#libs/messaging';

/** Keeps what is published; for suites over adapters whose events leave through an outbox. */
export class PublishedEvents extends EventPublisher {
  readonly all: DomainEvent[] = [];

  get ids(): readonly string[] {
    return this.all.map(({ envelope }) => envelope.id);
  }

  get types(): readonly string[] {
    return this.all.map(({ envelope }) => envelope.type);
  }

  async publish(events: readonly DomainEvent[]): Promise<void> {
    this.all.push(...events);
  }
}
