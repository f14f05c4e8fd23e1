import { isUtf8 } from 'node:buffer';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { EventContract } from '#libs/events';
import { parseCloudEvent } from '../cloud-events/parse-cloud-event.ts';
import type { LogRecord } from '../consuming/log-record.ts';
import type { Subscription } from '../consuming/subscription.ts';

/** What kafkajs hands over as the record it is, whoever sent it. Never throws. */
export function recordFrom({ topic, handlers }: Subscription, partition: number, message: KafkaMessage): LogRecord {
  const { offset, key, value, headers, timestamp } = message;
  const problem = problemOf(value);
  const record = {
    topic,
    partition,
    offset: Number(offset),
    key: key === null ? null : key.toString('utf8'),
    at: Number(timestamp),
    value: value === null ? '' : value.toString('utf8'),
    headers: headersFrom(headers),
    ...(problem !== undefined && { problem }),
  };
  return record.key === null ? { ...record, key: keyOf(record, handlers) } : record;
}

function problemOf(value: Buffer | null): string | undefined {
  if (value === null) return 'It has no value';
  return isUtf8(value) ? undefined : 'Not UTF-8';
}

/** The first value of each header; one without a value is left out. */
function headersFrom(headers: IHeaders = {}): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first) found.push([name, first.toString()]); // null, which kafkajs does not declare, where a header has no value
  }
  return Object.fromEntries(found);
}

/** A sender that gave no key has its events in order all the same, as far as they came to one partition. */
function keyOf({ headers, value, at }: LogRecord, handlers: Subscription['handlers']): string | null {
  const { envelope } = parseCloudEvent(headers, value, at);
  const contract: EventContract | undefined = envelope && handlers.get(envelope.type)?.contract;
  const data = contract?.data.safeParse(envelope?.data);
  return contract && data?.success ? contract.key(data.data) : null;
}
