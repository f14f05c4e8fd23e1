import type { EventEnvelope } from '#libs/events';
import { isoTime } from '#libs/kernel';

/** One thing that is wrong with an event; `pointer` is an RFC 6901 pointer into its structured form. */
export interface EventProblem {
  readonly pointer: string;
  readonly message: string;
}

/** An event, or all that is wrong with it and as much of its identity as could be read. */
export type ParsedCloudEvent =
  | { readonly envelope: EventEnvelope; readonly problems?: never }
  | {
      readonly envelope?: never;
      readonly problems: readonly EventProblem[];
      readonly id: string | null;
      readonly source: string | null;
      readonly type: string | null;
    };

const longest = { id: 256, source: 512, type: 255, subject: 512 } as const;
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const jsonType = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;
const traceparentLength = 55;

/** Checks the attributes of a structured event and builds its envelope; extensions are accepted and left out. */
export function envelopeFrom(event: Readonly<Record<string, unknown>>, receivedAt: number): ParsedCloudEvent {
  const { id, source, type, subject, time, traceparent } = event;
  const problems: EventProblem[] = [];
  if (event['specversion'] !== '1.0') problems.push({ pointer: '/specversion', message: 'Must be "1.0"' });
  if (isText(id) && isText(source) && isText(type)) checkLengths({ id, source, type }, problems);
  else for (const name of ['id', 'source', 'type'] as const) if (!isText(event[name])) problems.push(missing(name));
  checkOptional(event, problems);
  if (problems.length > 0 || !isText(id) || !isText(source) || !isText(type)) return invalid(event, problems);
  return {
    envelope: {
      id,
      type,
      source,
      ...(isText(subject) && { subject }),
      time: isText(time) ? time : isoTime(receivedAt),
      ...(isText(traceparent) && traceparent.length === traceparentLength && { traceparent }),
      data: event['data'],
    },
  };
}

/** An event that cannot be taken, with what can be said of it. */
export function invalid(event: Readonly<Record<string, unknown>>, problems: readonly EventProblem[]): ParsedCloudEvent {
  const bounded = (name: 'id' | 'source' | 'type') => {
    const value = event[name];
    return isText(value) ? value.slice(0, longest[name]) : null;
  };
  return { problems, id: bounded('id'), source: bounded('source'), type: bounded('type') };
}

function checkOptional({ subject, time, datacontenttype, ...event }: Readonly<Record<string, unknown>>, problems: EventProblem[]): void {
  if (isGiven(subject)) {
    if (isText(subject)) checkLengths({ subject }, problems);
    else problems.push({ pointer: '/subject', message: 'Must be a text that is not empty' });
  }
  if (isGiven(time) && !(isText(time) && rfc3339.test(time) && !Number.isNaN(Date.parse(time)))) {
    problems.push({ pointer: '/time', message: 'Must be an RFC 3339 time' });
  }
  if (isGiven(datacontenttype) && !(isText(datacontenttype) && jsonType.test(datacontenttype))) {
    problems.push({ pointer: '/datacontenttype', message: 'Must be JSON: application/json or application/…+json' });
  }
  if ('data_base64' in event) problems.push({ pointer: '/data_base64', message: 'Not supported; send JSON in data' });
}

function checkLengths(values: Readonly<Partial<Record<keyof typeof longest, string>>>, problems: EventProblem[]): void {
  for (const [name, value] of Object.entries(values)) {
    const limit = longest[name as keyof typeof longest];
    if (value.length > limit) problems.push({ pointer: `/${name}`, message: `Must have at most ${limit} characters` });
  }
}

function missing(name: string): EventProblem {
  return { pointer: `/${name}`, message: 'Required: a text that is not empty' };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** JSON's null is an attribute that is not set (CloudEvents JSON format 2.2). */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
