import { invalid, type ParsedCloudEvent } from './cloud-event-attributes.ts';
import { readJson, type EventProblem } from './event-data.ts';
import { eventFrom, type FoundEvent } from './parse-cloud-event.ts';

/** Headers of a record, each with one text. */
export type RecordHeaders = Readonly<Record<string, string>>;

const attribute = /^ce[-_]/i;
/** Spring names the Java types of headers here; what is no text, an address or a media type, it writes as JSON. */
const typesHeader = 'spring_json_header_types';

/**
 * Reads a CloudEvent from a record, in structured or binary mode, as the tools of several languages write it. Header names count in any case; Spring Cloud
 * Stream writes `ce-` for `ce_`, `contentType` or `ce_datacontenttype` for `content-type`, and quotes around what was no text in Java. Kafka's binding encodes
 * nothing. An empty value is no data. `at` (ms) stands in for a missing `time`. Never throws.
 */
export function parseRecordEvent(headers: RecordHeaders, value: string, at: number): ParsedCloudEvent {
  const { contentType, attributes, traceparent } = foundIn(headers);
  const json = attributes && value === '' ? { value: undefined } : readJson(value);
  if ('problem' in json) return invalid(attributes?.values ?? {}, [json.problem]);
  return eventFrom({ contentType, attributes, traceparent, body: json.value }, at);
}

/** True for a header that carries an attribute of an event, or says how to read it. */
export function carriesAttribute(name: string): boolean {
  return attribute.test(name) || /^content-?type$/i.test(name);
}

function foundIn(headers: RecordHeaders): Omit<FoundEvent, 'body'> {
  const isSpring = typesHeader in headers;
  const problems: EventProblem[] = [];
  const values = new Map<string, string>();
  const [types, traces]: [string[], string[]] = [[], []];
  let isBinary = false;
  for (const [header, text] of Object.entries(headers)) {
    const lower = header.toLowerCase();
    const value = isSpring && carriesAttribute(header) ? unquoted(text) : text;
    const name = attribute.test(lower) ? lower.slice(3) : undefined;
    if (name === undefined) {
      if (lower === 'content-type') types.unshift(value);
      else if (lower === 'contenttype') types.push(value);
      else if (lower === 'traceparent') traces.push(value);
      continue;
    }
    isBinary = true;
    if (name === 'datacontenttype') types.push(value);
    else if (name === 'data') problems.push({ pointer: '/data', message: 'Data is the value in binary mode' });
    else if (values.has(name) && values.get(name) !== value)
      problems.push({ pointer: `/${name.slice(0, 64)}`, message: 'Given more than once' });
    else values.set(name, value);
  }
  return {
    contentType: types[0],
    attributes: isBinary ? { values: Object.fromEntries(values), problems } : undefined,
    traceparent: traces[0],
  };
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
