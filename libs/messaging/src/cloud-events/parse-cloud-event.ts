import { isUtf8Text, mediaTypeOf } from '#libs/kernel';
import { envelopeFrom, invalid, type ParsedCloudEvent } from './cloud-event-attributes.ts';
import type { EventProblem } from './event-data.ts';

const formats = 'application/cloudevents';
const structuredTypes = new Set([formats, `${formats}+json`]);

/** What a transport has found of an event, in either of its modes. */
export interface FoundEvent {
  /** `Content-Type` of the message; undefined where there is none. */
  readonly contentType: string | undefined;
  /** Attributes that the message carries outside of its body, and what is wrong with them; undefined where it has none. */
  readonly attributes: { readonly values: Readonly<Record<string, string>>; readonly problems: readonly EventProblem[] } | undefined;
  /** `traceparent` of the message, for an event that has none. */
  readonly traceparent: string | undefined;
  /** The JSON of the body; undefined where it is empty. */
  readonly body: unknown;
}

/**
 * Reads one CloudEvents 1.0 event: structured where the content type says so, otherwise binary where there are attributes; without either the body
 * must itself be a structured event. `receivedAt` (ms) stands in for a missing `time`. Never throws.
 */
export function eventFrom({ contentType, attributes, traceparent, body }: FoundEvent, receivedAt: number): ParsedCloudEvent {
  const media = contentType === undefined ? undefined : mediaTypeOf(contentType);
  const isFormat = media?.essence.startsWith(formats) === true;
  if (attributes && !isFormat) {
    const parsed = envelopeFrom({ traceparent, ...attributes.values, datacontenttype: contentType, data: body }, receivedAt);
    if (attributes.problems.length === 0) return parsed;
    const named = new Set(attributes.problems.map(({ pointer }) => pointer));
    return invalid(attributes.values, [...attributes.problems, ...(parsed.problems ?? []).filter(({ pointer }) => !named.has(pointer))]);
  }
  if (isFormat && !structuredTypes.has(media.essence))
    return invalid({}, [{ pointer: '', message: `One event is ${formats}+json, or has its attributes in headers` }]);
  if (media && !isUtf8Text(media)) return invalid({}, [{ pointer: '', message: 'Its charset must be UTF-8' }]);
  return structuredEvent(body, traceparent, receivedAt);
}

/** Reads a structured event that was parsed already. */
export function structuredEvent(event: unknown, traceparent: string | undefined, receivedAt: number): ParsedCloudEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return invalid({}, [{ pointer: '', message: 'An event is a JSON object' }]);
  }
  return envelopeFrom({ traceparent, ...event }, receivedAt);
}
