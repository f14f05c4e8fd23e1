import type { EventEnvelope } from '#libs/events';

/** A fact as a CloudEvent for readers outside: without the trace of its cause. */
export function shownFact({ id, type, source, subject, time, data }: EventEnvelope) {
  return { specversion: '1.0', id, type, source, ...(subject !== undefined && { subject }), time, data };
}
