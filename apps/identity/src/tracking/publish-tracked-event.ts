import { eventOf, eventTrackedV1 } from '#libs/events';
import { uuid5 } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import { nestedAttributes, type Announcement } from '#libs/registry';

/** Of events that came by HTTP: they are counted where they come in, so identity passes over them on the topic. */
export const trackedSource = 'carillon/identity';

/**
 * Publishes what a person did as `event.tracked.v1`, so that campaigns can follow it. The same event of the same person is published under the same id, however often.
 * Of somebody without an external id nothing is published: the contract names people by it.
 */
export class PublishTrackedEvent {
  constructor(private readonly events: EventPublisher) {}

  /** Throws DependencyUnavailable. */
  readonly execute: Announcement = async ({ app, externalId }, events) => {
    if (externalId === null || events.length === 0) return;
    await this.events.publish(
      events.map(({ id, name, at, properties }) =>
        eventOf(
          eventTrackedV1,
          { app, externalId, name, properties: nestedAttributes(properties) },
          { id: uuid5('tracked', app, externalId, name, id), source: trackedSource, at },
        ),
      ),
    );
  };
}
