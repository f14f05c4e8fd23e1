import type { DomainEvent } from '#libs/events';

/** Puts events on their topics. Events that belong to a state change leave with it instead, in the repository's own write. */
export abstract class EventPublisher {
  /** Resolves once all of them are durable, in the order given. Throws DependencyUnavailable. */
  abstract publish(events: readonly DomainEvent[]): Promise<void>;
}
