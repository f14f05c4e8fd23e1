import type { DomainEvent } from '#libs/events';
import { EventTooLarge } from './messaging-errors.ts';

/** Characters in one record's value. */
export const MAX_RECORD_LENGTH = 1_048_576;

/** What a record is made of before it has an offset. */
export interface NewRecord {
  readonly topic: string;
  readonly key: string;
  /** The structured CloudEvent as JSON text, or whatever could not be parsed as one. */
  readonly value: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Puts on a topic what is text already: copies of dead letters, and their replay. */
export abstract class RecordAppender {
  /** Resolves once all are durable, in the order given. Throws TopicUnknown, EventTooLarge and DependencyUnavailable. */
  abstract appendRecords(records: readonly NewRecord[]): Promise<void>;
}

/** The record of an event: a structured CloudEvent. */
export function recordOf({ topic, key, envelope }: DomainEvent): NewRecord {
  return { topic, key, value: JSON.stringify({ specversion: '1.0', ...envelope }) };
}

/** Throws EventTooLarge. */
export function checkLength({ topic, value }: NewRecord): void {
  if (value.length > MAX_RECORD_LENGTH) throw new EventTooLarge(topic, value.length, MAX_RECORD_LENGTH);
}
