import { eventOf, requestRejectedV1, type DomainEvent } from '#libs/events';
import type { FieldError } from '#libs/api';
import { parseCloudEvent, type DeadLetter } from '#libs/messaging';
import { uuid5 } from '#libs/kernel';
import { readSend } from '../sends/read-send.ts';
import { SendInvalid } from '../sends/send-invalid.ts';
import { source } from '../sends/new-send.ts';

/** What the author of a request is told when it was given up; every problem of a body that could not be read is named. */
export function rejectionOf(letter: DeadLetter, at: number): DomainEvent {
  const { envelope, problems = [], ...known } = parseCloudEvent({}, letter.original, letter.at);
  const named = envelope ?? ('id' in known ? known : { id: null, source: null, type: null });
  return eventOf(
    requestRejectedV1,
    {
      app: letter.app,
      source: named.source ?? '',
      eventId: named.id ?? '',
      eventType: letter.type ?? '',
      code: letter.code,
      reason: letter.reason,
      errors: envelope ? problemsOfBody(envelope.data) : [...problems],
    },
    { id: uuid5('request.rejected', letter.id), source, at },
  );
}

function problemsOfBody(data: unknown): Pick<FieldError, 'pointer' | 'message'>[] {
  const { app: _, ...body } = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
  try {
    readSend(body);
    return [];
  } catch (error) {
    if (!(error instanceof SendInvalid)) throw error;
    return error.errors.map(({ pointer, message }) => ({ pointer, message }));
  }
}
