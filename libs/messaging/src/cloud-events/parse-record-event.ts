import type { ParsedCloudEvent } from './cloud-event-attributes.ts';
import { parseCloudEvent } from './parse-cloud-event.ts';

type RecordHeaders = Readonly<Record<string, string>>;

const attribute = /^ce[-_]/i;
/** Spring names the Java types of headers here; what is no text, an address or a media type, it writes as JSON. */
const typesHeader = 'spring_json_header_types';

/** Reads a CloudEvent from a record, in structured or binary mode, as the tools of several languages write it. `at` (ms) stands in for a missing `time`. Never throws. */
export function parseRecordEvent(headers: RecordHeaders, value: string, at: number): ParsedCloudEvent {
  return parseCloudEvent(asBound(headers), value, at);
}

/** True for a header that carries an attribute of an event, or says how to read it. */
export function carriesAttribute(name: string): boolean {
  return attribute.test(name) || /^content-?type$/i.test(name);
}

/**
 * Headers as the CloudEvents binding for Kafka names them. Spring Cloud Stream writes `ce-` for `ce_`, whose values are not percent-encoded as those of
 * HTTP are, `contentType` or `ce_datacontenttype` for `content-type`, and quotes around what was no text in Java.
 */
function asBound(headers: RecordHeaders): RecordHeaders {
  const names = Object.keys(headers);
  if (names.length === 0) return headers;
  const isSpring = typesHeader in headers;
  const bound = new Map<string, string>();
  for (const name of names) {
    if (!carriesAttribute(name)) bound.set(name.toLowerCase(), headers[name] ?? '');
  }
  for (const name of names.filter(carriesAttribute)) {
    const value = headers[name] ?? '';
    const boundName = boundNameOf(name);
    if (!bound.has(boundName) || name === boundName) bound.set(boundName, isSpring ? unquoted(value) : value);
  }
  return Object.fromEntries(bound);
}

function boundNameOf(name: string): string {
  const lower = name.toLowerCase().replace(attribute, 'ce_');
  return lower === 'contenttype' || lower === 'ce_datacontenttype' ? 'content-type' : lower;
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    return value;
  }
}
