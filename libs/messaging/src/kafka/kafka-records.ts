import { isUtf8 } from 'node:buffer';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { EventContract } from '#libs/events';
import { carriesAttribute, parseRecordEvent } from '../cloud-events/parse-record-event.ts';
import type { LogRecord } from '../consuming/log-record.ts';
import { isFromOutside, type Subscription } from '../consuming/subscription.ts';
import { IN_PLACE_HEADER } from './compression/records-in-place.ts';

const maxKey = 1_024;
/** Characters of all headers, names included. */
const maxHeaders = 65_536;

interface Headers {
  readonly values: Readonly<Record<string, string>>;
  readonly problem?: string;
}

/**
 * What kafkajs hands over as the record it is, whoever sent it. On a topic that is open to other services, and where a record has no key, its events
 * stand in line by the key of their contract, as far as they came to one partition. Never throws.
 */
export function recordFrom(subscription: Pick<Subscription, 'topic' | 'handlers'>, partition: number, message: KafkaMessage): LogRecord {
  const { offset, key, value, timestamp } = message;
  const { values, problem: headerProblem } = headersFrom(message.headers);
  const problem = values[IN_PLACE_HEADER] ?? problemOf(value) ?? headerProblem;
  const record = {
    topic: subscription.topic,
    partition,
    offset: Number(offset),
    key: key === null ? null : key.toString('utf8').slice(0, maxKey),
    at: Number(timestamp),
    value: value === null ? '' : value.toString('utf8'),
    headers: values,
    ...(problem !== undefined && { problem }),
  };
  if (record.key !== null && !isFromOutside(subscription)) return record;
  return { ...record, key: contractKeyOf(record, subscription.handlers) ?? record.key };
}

function problemOf(value: Buffer | null): string | undefined {
  if (value === null) return 'It has no value';
  return isUtf8(value) ? undefined : 'Not UTF-8';
}

/** The first value of each header; one without a value is left out, and so is what comes after too many of them. An attribute has one value. */
function headersFrom(headers: IHeaders = {}): Headers {
  const found: [string, string][] = [];
  let left = maxHeaders;
  let problem: string | undefined;
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (!first) continue; // null, which kafkajs does not declare, where a header has no value
    left -= name.length + first.length;
    if (left < 0) return { values: Object.fromEntries(found), problem: `Its headers have more than ${maxHeaders} characters` };
    if (typeof first !== 'string' && carriesAttribute(name) && !isUtf8(first)) problem = 'A header is not UTF-8';
    if (Array.isArray(value) && carriesAttribute(name) && value.some((other) => String(other) !== String(first))) {
      problem = 'A header of the event is given more than once';
    }
    found.push([name, first.toString()]);
  }
  return { values: Object.fromEntries(found), ...(problem !== undefined && { problem }) };
}

function contractKeyOf({ headers, value, at }: LogRecord, handlers: Subscription['handlers']): string | null {
  const { envelope } = parseRecordEvent(headers, value, at);
  const contract: EventContract | undefined = envelope && handlers.get(envelope.type)?.contract;
  const data = contract?.data.safeParse(envelope?.data);
  return contract && data?.success ? contract.key(data.data) : null;
}
