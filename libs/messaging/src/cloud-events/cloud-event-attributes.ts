import type { EventEnvelope } from '#libs/events';
import { isJson, isUtf8Text, isoTime, mediaTypeOf, parseInstant } from '#libs/kernel';
import { dataOf, type EventProblem } from './event-data.ts';

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
const maxProblems = 20;
const maxName = 64;
const nameForm = /^[a-z0-9]+$/;
/** What the type String of CloudEvents does not take; the separator of what ids are made of is among it. */
const control = /\p{Cc}/u;
const traceparentLength = 55;
/** Have rules of their own, below. */
const known = new Set(['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'traceparent', 'data', 'data_base64']);

/** Checks the attributes of a structured event and builds its envelope; extensions are accepted and left out. */
export function envelopeFrom(event: Readonly<Record<string, unknown>>, receivedAt: number): ParsedCloudEvent {
  const { id, source, type, subject, time, traceparent } = event;
  const problems: EventProblem[] = [];
  if (event['specversion'] !== '1.0') problems.push({ pointer: '/specversion', message: 'Must be "1.0"' });
  for (const name of ['id', 'source', 'type'] as const) {
    if (!isText(event[name])) problems.push({ pointer: `/${name}`, message: 'Required: a text that is not empty' });
    else checkText(name, event[name], problems);
  }
  checkOptional(event, problems);
  checkExtensions(event, problems);
  const data = dataOf(event, problems);
  if (problems.length > 0 || !isText(id) || !isText(source) || !isText(type)) return invalid(event, problems);
  return {
    envelope: {
      id,
      type,
      source,
      ...(isText(subject) && { subject }),
      time: isText(time) ? time : isoTime(receivedAt),
      ...(isText(traceparent) && traceparent.length === traceparentLength && { traceparent }),
      data,
    },
  };
}

/** An event that cannot be taken, with what can be said of it. */
export function invalid(event: Readonly<Record<string, unknown>>, problems: readonly EventProblem[]): ParsedCloudEvent {
  const bounded = (name: 'id' | 'source' | 'type') => {
    const value = event[name];
    return isText(value) ? value.slice(0, longest[name]).toWellFormed() : null;
  };
  return { problems: problems.slice(0, maxProblems), id: bounded('id'), source: bounded('source'), type: bounded('type') };
}

function checkOptional({ subject, time, datacontenttype }: Readonly<Record<string, unknown>>, problems: EventProblem[]): void {
  if (isGiven(subject)) {
    if (isText(subject)) checkText('subject', subject, problems);
    else problems.push({ pointer: '/subject', message: 'Must be a text that is not empty' });
  }
  if (isGiven(time) && !(isText(time) && parseInstant(time) !== undefined))
    problems.push({ pointer: '/time', message: 'Must be a time of RFC 3339 that the calendar has' });
  if (!isGiven(datacontenttype)) return;
  const media = isText(datacontenttype) ? mediaTypeOf(datacontenttype) : undefined;
  if (!media || !isJson(media)) {
    problems.push({ pointer: '/datacontenttype', message: 'Must be JSON: application/json or application/…+json' });
  } else if (!isUtf8Text(media)) problems.push({ pointer: '/datacontenttype', message: 'Its charset must be UTF-8' });
}

/** Attribute names have letters and digits only (CloudEvents 3.1), their values are no lists or objects (3.2). */
function checkExtensions(event: Readonly<Record<string, unknown>>, problems: EventProblem[]): void {
  for (const [name, value] of Object.entries(event)) {
    if (known.has(name) || problems.length >= maxProblems) continue;
    if (!nameForm.test(name)) problems.push({ pointer: pointerTo(name), message: 'Attributes are named with a-z and 0-9 alone' });
    else if (typeof value === 'object' && value !== null)
      problems.push({ pointer: pointerTo(name), message: 'Must be a text, a number or a boolean' });
  }
}

function pointerTo(name: string): string {
  return `/${name.slice(0, maxName).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function checkText(name: keyof typeof longest, value: string, problems: EventProblem[]): void {
  const limit = longest[name];
  if (value.length > limit) problems.push({ pointer: `/${name}`, message: `Must have at most ${limit} characters` });
  else if (control.test(value) || !value.isWellFormed())
    problems.push({ pointer: `/${name}`, message: 'Must hold no control characters, and whole characters only' });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** JSON's null is an attribute that is not set (CloudEvents JSON format 2.2). */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
