import type { EventProblem } from '../cloud-events/event-data.ts';
import { parseRecordEvent } from '../cloud-events/parse-record-event.ts';
import type { DeadLetter } from './dead-letter.ts';

/** Who asked for what a letter holds, as far as its record says so; a text is empty where it does not. */
export interface Author {
  readonly source: string;
  readonly eventId: string;
  readonly eventType: string;
  /** As the sender wrote it; undefined when the record was no event. */
  readonly data: unknown;
  /** Why it was no event. */
  readonly problems: readonly EventProblem[];
}

/** Reads a letter's author from its original, in whichever mode that came. Never throws. */
export function authorOf({ headers, original, at, type }: DeadLetter): Author {
  const { envelope, problems = [], ...named } = parseRecordEvent(headers, original, at);
  const known = envelope ?? ('id' in named ? named : { id: null, source: null });
  return { source: known.source ?? '', eventId: known.id ?? '', eventType: type ?? '', data: envelope?.data, problems };
}
