import { uuid5 } from '#libs/kernel';

/** Why an event could not be handled; for an error with a code of its own, that code. */
type DeadLetterCode = 'unreadable' | 'invalid_data' | 'process_died' | 'handler_failed' | (string & Record<never, never>);

/** Where a record stands, for the group that read it. */
export interface RecordPlace {
  /** `carillon.<service>.<topic>` */
  readonly group: string;
  readonly service: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** An event that one group could not handle. Other groups may have handled it. */
export interface DeadLetter extends RecordPlace {
  /** Derived from the place: burying a record twice is burying it once. */
  readonly id: string;
  readonly key: string;
  /** CloudEvents `type`; null when it could not be read. */
  readonly type: string | null;
  /** `data.app`, where there is one. */
  readonly app: string | null;
  readonly code: DeadLetterCode;
  /** For people; at most 500 characters, no event data. */
  readonly reason: string;
  /** How often its handler failed. */
  readonly tries: number;
  /** When it was given up, ms. */
  readonly at: number;
  /** The record's value as it was; a structured CloudEvent, or what could not be read as one. */
  readonly original: string;
  /** `original` was cut, or its bytes were no text; such a letter cannot be replayed. */
  readonly truncated: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export function deadLetterId({ group, topic, partition, offset }: RecordPlace): string {
  return uuid5('dead-letter', group, topic, String(partition), String(offset));
}

/** A replayed record carries the one group that is to read it again; the others have had it. */
export const REPLAY_HEADER = 'carillon-replay-for';

/** The headers that the copy of a letter has on `<topic>.dead`: those of the original, then what happened to it. */
export function deadRecordHeaders(letter: DeadLetter): Readonly<Record<string, string>> {
  return {
    ...letter.headers,
    'carillon-dead-letter': letter.id,
    'carillon-group': letter.group,
    'carillon-topic': letter.topic,
    'carillon-partition': String(letter.partition),
    'carillon-offset': String(letter.offset),
    'carillon-code': letter.code,
    'carillon-reason': letter.reason,
    'carillon-tries': String(letter.tries),
  };
}
