import { envelopeFrom, invalid, type EventProblem, type ParsedCloudEvent } from './cloud-event-attributes.ts';
import { binaryAttributes, headerText, type TransportHeaders } from './cloud-event-headers.ts';

/** Characters in one event, and in one batch. */
export const MAX_EVENT_LENGTH = 1_048_576;
/** Events in one batch. */
export const MAX_BATCH_EVENTS = 1_000;

const structuredType = 'application/cloudevents';
const batchType = 'application/cloudevents-batch';

/** True when the headers announce a batch: `parseCloudEventBatch` takes it. */
export function isCloudEventBatch(headers: TransportHeaders): boolean {
  return contentType(headers).startsWith(batchType);
}

/**
 * Reads one CloudEvents 1.0 event in structured or binary mode, as HTTP and Kafka carry it.
 * `body` is text, bytes, or JSON that was parsed already; `receivedAt` (ms) stands in for a missing `time`.
 * Without a CloudEvents content type or header the body must itself be a structured event. Never throws.
 */
export function parseCloudEvent(headers: TransportHeaders, body: unknown, receivedAt: number): ParsedCloudEvent {
  const attributes = contentType(headers).startsWith(structuredType) ? undefined : binaryAttributes(headers);
  const json = jsonOf(body);
  if ('problem' in json) return invalid(attributes ?? {}, [json.problem]);
  const trace = headerText(headers, 'traceparent');
  if (attributes) {
    const datacontenttype = headerText(headers, 'content-type');
    return envelopeFrom({ traceparent: trace, ...attributes, datacontenttype, data: json.value }, receivedAt);
  }
  return structured(json.value, trace, receivedAt);
}

/** Reads a batch (`application/cloudevents-batch+json`): an answer for each of its events, or what is wrong with the whole. */
export function parseCloudEventBatch(
  body: unknown,
  receivedAt: number,
):
  { readonly events: readonly ParsedCloudEvent[]; readonly problem?: never } | { readonly events?: never; readonly problem: EventProblem } {
  const json = jsonOf(body);
  if ('problem' in json) return { problem: json.problem };
  if (!Array.isArray(json.value)) return { problem: { pointer: '', message: 'A batch is an array of events' } };
  const events: readonly unknown[] = json.value;
  if (events.length > MAX_BATCH_EVENTS) return { problem: { pointer: '', message: `A batch has at most ${MAX_BATCH_EVENTS} events` } };
  return { events: events.map((event) => structured(event, undefined, receivedAt)) };
}

function structured(event: unknown, traceparent: string | undefined, receivedAt: number): ParsedCloudEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return invalid({}, [{ pointer: '', message: 'An event is a JSON object' }]);
  }
  return envelopeFrom({ traceparent, ...event }, receivedAt);
}

/** V8's own message would quote the text, which may hold anything; ours does not. */
function jsonOf(body: unknown): { readonly value: unknown } | { readonly problem: EventProblem } {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return { value: body };
  if (body.length > MAX_EVENT_LENGTH) return { problem: { pointer: '', message: `At most ${MAX_EVENT_LENGTH} characters are taken` } };
  try {
    return { value: JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString('utf8')) as unknown };
  } catch {
    return { problem: { pointer: '', message: 'Not JSON' } };
  }
}

function contentType(headers: TransportHeaders): string {
  return (headerText(headers, 'content-type') ?? '').toLowerCase();
}
