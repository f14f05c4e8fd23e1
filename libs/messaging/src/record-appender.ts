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

/** What the binding for Kafka wants of a record in structured mode (3.3.1). */
export const STRUCTURED_TYPE = 'application/cloudevents+json; charset=utf-8';

/** The record of an event: a structured CloudEvent. Its trace stands in a header too, where consumers of others look for it. */
export function recordOf({ topic, key, envelope }: DomainEvent): NewRecord {
  const { traceparent } = envelope;
  return {
    topic,
    key,
    value: JSON.stringify({ specversion: '1.0', ...envelope }),
    headers: { 'content-type': STRUCTURED_TYPE, ...(traceparent !== undefined && { traceparent }) },
  };
}

const attribute = /^ce[-_]/i;
const ofFormat = /^application\/cloudevents/i;

/** A copy of what somebody wrote, with the content type that the binding wants and its sender may have left out: in binary mode that of its data. */
export function labelled(record: NewRecord): NewRecord {
  const { headers = {} } = record;
  const isBinary = Object.keys(headers).some((name) => attribute.test(name));
  const given = headers['content-type'];
  if (given !== undefined && (isBinary || ofFormat.test(given))) return record;
  return { ...record, headers: { ...headers, 'content-type': isBinary ? 'application/json' : STRUCTURED_TYPE } };
}

/** Throws EventTooLarge. */
export function checkLength({ topic, value }: NewRecord): void {
  if (value.length > MAX_RECORD_LENGTH) throw new EventTooLarge(topic, value.length, MAX_RECORD_LENGTH);
}
