import type { DomainEvent } from '#libs/events';
import type { MongoDocument } from '#libs/storage';

/** Something that a write causes and that must leave its document exactly as it was decided: an event, or a line for another collection. */
export type OutboxEntry =
  | { readonly id: string; readonly kind: 'event'; readonly topic: string; readonly key: string; readonly envelope: string }
  | { readonly id: string; readonly kind: 'line'; readonly line: Readonly<Record<string, unknown>> };

/** A document that carries what it still has to tell, in the order in which it happened. */
export interface OutboxDocument extends MongoDocument {
  readonly outbox?: readonly OutboxEntry[];
  /** When the oldest write came that left something there, ms; absent while there is nothing. */
  readonly outboxSince?: number;
}

/** What a collection with outboxes declares beside its own fields and indexes. */
export const outboxFields = {
  outbox: { type: [Object], default: undefined },
  outboxSince: Number,
} as const;

export const outboxIndex = { fields: { outboxSince: 1 }, sparse: true } as const;

export function entryOf({ topic, key, envelope }: DomainEvent): OutboxEntry {
  return { id: envelope.id, kind: 'event', topic, key, envelope: JSON.stringify(envelope) };
}

export function eventFrom(entry: OutboxEntry & { readonly kind: 'event' }): DomainEvent {
  return { topic: entry.topic, key: entry.key, envelope: JSON.parse(entry.envelope) as DomainEvent['envelope'] };
}
