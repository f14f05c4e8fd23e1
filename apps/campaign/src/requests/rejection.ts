import { briefErrors, type DuplicateMismatch, type FieldError } from '#libs/api';
import { eventOf, requestRejectedV1, sendRequestedV1, type DomainEvent, type EventEnvelope } from '#libs/events';
import { authorOf, cutForms, type DeadLetter } from '#libs/messaging';
import { uuid5 } from '#libs/kernel';
import { readSend } from '../intake/read-send.ts';
import { SendInvalid } from '../intake/send-invalid.ts';
import { source } from '../send/new-send.ts';

/** JSON of the problems that an event of ours carries. */
const maxProblemBytes = 65_536;

/** What the author of a request is told when it was given up; every problem of a body that could not be read is named. */
export function rejectionOf(letter: DeadLetter, at: number): DomainEvent {
  const { source: author, eventId, eventType, data, problems } = authorOf(letter);
  return eventOf(
    requestRejectedV1,
    {
      app: letter.app,
      source: author,
      eventId,
      eventType,
      code: letter.code,
      reason: letter.reason,
      errors: problems.length > 0 || eventType !== sendRequestedV1.type ? [...problems] : problemsOfBody(data),
    },
    { id: uuid5('request.rejected', letter.id), source, at },
  );
}

/** What everybody is told of an event that repeats another's identity with other data: whoever wrote the first may not have been its author. */
export function mismatchOf(
  { type, source: author, id, data }: EventEnvelope,
  { code, message }: DuplicateMismatch,
  at: number,
): DomainEvent {
  const { app } = data as { readonly app: string };
  const facts = { app, source: author, eventId: id, eventType: type, code, reason: message, errors: [] };
  return eventOf(requestRejectedV1, facts, { source, at });
}

function problemsOfBody(data: unknown): Pick<FieldError, 'pointer' | 'message'>[] {
  const { app: _, ...body } = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  if (body['template'] !== undefined) return []; // the reason says what it is: whether there is such a template is not known here
  try {
    readSend(body);
    return [];
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    return briefErrors(error.errors, maxProblemBytes).errors.map(({ pointer, message }) => ({
      pointer: cutForms(pointer),
      message: cutForms(message),
    }));
  }
}
