import { contracts, type EventEnvelope } from '#libs/events';
import type { z } from 'zod';
import type { ParsedCloudEvent } from '../cloud-events/cloud-event-attributes.ts';
import { parseRecordEvent } from '../cloud-events/parse-record-event.ts';
import { cutForms } from '../dead-letters/cut-secrets.ts';
import { bounded, type Failure } from './failure.ts';
import type { LogRecord } from './log-record.ts';
import { answersForTopic, groupOf, type EventHandler, type Subscription } from './subscription.ts';

/** What a record is to one group. */
export type Reading =
  | { readonly kind: 'passed_over' }
  | { readonly kind: 'event'; readonly envelope: EventEnvelope; readonly data: unknown; readonly handler: EventHandler }
  | { readonly kind: 'dead'; readonly failure: Failure };

const passedOver: Reading = { kind: 'passed_over' };

/**
 * Parses a record with the contract of its type; what does not parse is dead at once. `only` is the one group that a replay is for, where the record is one.
 */
export function readFor(subscription: Subscription, record: LogRecord, only?: string): Reading {
  if (only !== undefined && only !== groupOf(subscription)) return passedOver;
  const event = parsed(record);
  if (event.problems) {
    const { problems, type } = event;
    const elsewhere = type !== null && !subscription.handlers.has(type) && !answersForTopic(subscription);
    return elsewhere
      ? passedOver
      : dead('unreadable', problems.map(({ pointer, message }) => `${pointer || 'event'}: ${message}`).join('; '));
  }
  const { envelope } = event;
  const handler = subscription.handlers.get(envelope.type);
  if (!handler)
    return answersForTopic(subscription) && !isOfAnother(envelope.type, record.topic)
      ? dead('event_type_unknown', `No such event is taken on ${record.topic}`)
      : passedOver;
  const read = ofTopic(envelope, subscription.app);
  if (!read) return dead('app_mismatch', `${record.topic} is for ${subscription.app} alone`);
  const checked = handler.contract.data.safeParse(read.data);
  return checked.success ? { kind: 'event', envelope: read, data: checked.data, handler } : dead('invalid_data', issuesText(checked.error));
}

/** Whether the event belongs on the topic: another service reads it there. */
function isOfAnother(eventType: string, topic: string): boolean {
  return contracts.some(
    ({ type, topics }) => type === eventType && topics.some((known) => topic === known || topic.startsWith(`${known}.`)),
  );
}

/** On a topic of one app data need not name it, and may name no other: undefined where it does. */
function ofTopic(envelope: EventEnvelope, app: string | undefined): EventEnvelope | undefined {
  const { data } = envelope;
  if (app === undefined || typeof data !== 'object' || data === null || Array.isArray(data)) return envelope;
  if (!('app' in data)) return { ...envelope, data: { ...data, app } };
  return data.app === app ? envelope : undefined;
}

/** Type and app of a record for its dead letter, as far as they can be read. */
export function labelsOf(record: LogRecord): { readonly type: string | null; readonly app: string | null } {
  const event = parsed(record);
  if (event.problems) return { type: event.type, app: null };
  const { type, data } = event.envelope;
  const app = typeof data === 'object' && data !== null && 'app' in data && typeof data.app === 'string' ? data.app.slice(0, 64) : null;
  return { type, app };
}

function parsed({ headers, value, at, problem, event: appended }: LogRecord): ParsedCloudEvent {
  if (appended) return { envelope: appended };
  const event = parseRecordEvent(headers, value, at);
  if (problem === undefined) return event;
  const { id, source, type } = event.envelope ?? event;
  return { problems: [{ pointer: '', message: problem }], id, source, type };
}

function dead(code: string, reason: string): Reading {
  return { kind: 'dead', failure: { code, reason: bounded(cutForms(reason)), permanent: true } };
}

/** More than `bounded` leaves of them; a record may hold any number, each below a name as long as the record. */
const [maxNamed, maxStep] = [20, 60];

function issuesText(error: z.ZodError): string {
  const issues = error.issues.slice(0, maxNamed);
  return issues
    .map(({ path, message }) => `/data${path.map((step) => `/${String(step).slice(0, maxStep)}`).join('')}: ${message}`)
    .join('; ');
}
