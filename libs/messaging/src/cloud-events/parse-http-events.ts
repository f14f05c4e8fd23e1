import { isUtf8Text, mediaTypeOf } from '#libs/kernel';
import type { ParsedCloudEvent } from './cloud-event-attributes.ts';
import type { EventProblem } from './event-data.ts';
import { eventFrom, structuredEvent, type FoundEvent } from './parse-cloud-event.ts';

const visible = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

const quotedForm = /^"(?:[^"\\]|\\.)*"$/;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Events in one batch. */
export const MAX_BATCH_EVENTS = 1_000;

/** Headers by their names in lower case, each with all its values. */
export type DistinctHeaders = Readonly<Record<string, readonly string[] | undefined>>;

/** From names and values by turns, as Node's `rawHeaders` has them: what it joins or drops elsewhere is apart here. */
export function distinctHeaders(raw: readonly string[]): DistinctHeaders {
  const byName = new Map<string, string[]>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []), raw[at + 1] ?? '']);
  }
  return Object.fromEntries(byName);
}

/** An answer for each event of a request, or what is wrong with the whole. */
export type ParsedEvents =
  { readonly events: readonly ParsedCloudEvent[]; readonly problem?: never } | { readonly events?: never; readonly problem: EventProblem };

const batchType = 'application/cloudevents-batch+json';
const prefix = 'ce-';

/**
 * Reads the events of a request by the HTTP binding of CloudEvents 1.0.2: structured, binary, or a batch. `body` is JSON that was parsed already, undefined
 * where there was none; `receivedAt` (ms) stands in for a missing `time`. Never throws.
 */
export function parseHttpEvents(headers: DistinctHeaders, body: unknown, receivedAt: number): ParsedEvents {
  const types = new Set(headers['content-type']?.filter((type) => type.trim() !== ''));
  if (types.size > 1) return { problem: { pointer: '', message: 'Content-Type is given more than once' } };
  const [contentType] = types;
  const media = contentType === undefined ? undefined : mediaTypeOf(contentType);
  if (media?.essence === batchType) return isUtf8Text(media) ? batchFrom(body, receivedAt) : { problem: notUtf8 };
  const attributes = attributesIn(headers);
  if (body === undefined && !attributes) return { problem: { pointer: '', message: 'Holds no event' } };
  return { events: [eventFrom({ contentType, attributes, traceparent: headers['traceparent']?.[0], body }, receivedAt)] };
}

const notUtf8: EventProblem = { pointer: '', message: 'Its charset must be UTF-8' };

function batchFrom(body: unknown, receivedAt: number): ParsedEvents {
  if (!Array.isArray(body)) return { problem: { pointer: '', message: 'A batch is an array of events' } };
  const events: readonly unknown[] = body;
  if (events.length > MAX_BATCH_EVENTS) return { problem: { pointer: '', message: `A batch has at most ${MAX_BATCH_EVENTS} events` } };
  return { events: events.map((event) => structuredEvent(event, undefined, receivedAt)) };
}

/** The attributes of binary mode, decoded. */
function attributesIn(headers: DistinctHeaders): FoundEvent['attributes'] {
  const values: [string, string][] = [];
  const problems: EventProblem[] = [];
  let isBinary = false;
  for (const [header, given = []] of Object.entries(headers)) {
    if (!header.startsWith(prefix)) continue;
    isBinary = true;
    const name = header.slice(prefix.length);
    const refuse = (message: string): void => void problems.push({ pointer: `/${name.slice(0, 64)}`, message });
    const text = attributeOfHeader(given[0] ?? '');
    if (name === 'datacontenttype') refuse('Is the header Content-Type in binary mode');
    else if (name === 'data' || given.length > 1) refuse(given.length > 1 ? 'Given more than once' : 'Data is the body in binary mode');
    else if (text === undefined) refuse('Its header is not encoded as section 3.1.3.2 of the HTTP binding says');
    else values.push([name, text]);
  }
  return isBinary ? { values: Object.fromEntries(values), problems } : undefined;
}

/**
 * The text of an attribute that a header of HTTP carries (CloudEvents HTTP binding 3.1.3.2): double quotes around the whole of it and their escapes come
 * off, then one round of percent-decoding. Undefined for what is malformed: quotes that do not close or stand amid the text, `%` without two hexadecimal digits, bytes that are no UTF-8
 * (overlong forms among them), and characters that should have been encoded. A space need not be, as in older versions of the binding.
 */
function attributeOfHeader(value: string): string | undefined {
  if (value === '') return value;
  if (!visible.test(value)) return undefined;
  if (!value.includes('"')) return percentDecoded(value);
  return quotedForm.test(value) ? percentDecoded(value.slice(1, -1).replaceAll(/\\(.)/g, '$1')) : undefined;
}

function percentDecoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '%') bytes.push(text.charCodeAt(at));
    else {
      const digits = text.slice(at + 1, at + 3);
      if (!/^[\da-fA-F]{2}$/.test(digits)) return undefined;
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    }
  }
  try {
    return utf8.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
