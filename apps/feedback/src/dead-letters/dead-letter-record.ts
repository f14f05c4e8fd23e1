import { pageOf } from '#libs/api';
import { isoTime } from '#libs/kernel';
import { cutSecrets, type DeadLetter } from '#libs/messaging';
import { z } from 'zod';

const deadLetterExample = {
  id: '1cd7c681-e4b3-532f-900c-a4b3e79e7e3e',
  service: 'identity',
  topic: 'push.track',
  type: 'user.updated.v1',
  app: 'demo',
  code: 'user_update_invalid',
  reason: '/data/subscription: must be one of "subscribed", "opted_in", "unsubscribed"',
  tries: 1,
  at: '2026-01-01T12:00:00.000Z',
  key: 'demo:kim',
  original:
    '{"specversion":"1.0","id":"u-1","type":"user.updated.v1","source":"/crm","data":{"app":"demo","externalId":"kim","subscription":"no"}}',
  truncated: false,
  headers: {},
};

/** A dead letter as the API shows it: what nobody should have sent is cut out of its original, also where that can be replayed as it is. */
export const deadLetterRecord = z
  .object({
    id: z.string(),
    service: z.string(),
    topic: z.string(),
    type: z.string().nullable(),
    app: z.string().nullable(),
    code: z.string(),
    reason: z.string(),
    tries: z.int(),
    at: z.iso.datetime(),
    key: z.string(),
    original: z.string(),
    truncated: z.boolean(),
    headers: z.record(z.string(), z.string()),
  })
  .meta({ id: 'DeadLetter', examples: [deadLetterExample] });
export type DeadLetterRecord = z.input<typeof deadLetterRecord>;

export const deadLetterPage = pageOf(deadLetterRecord).meta({
  id: 'DeadLetterPage',
  examples: [{ items: [deadLetterExample], cursor: null }],
});
export type DeadLetterRecordPage = z.input<typeof deadLetterPage>;

export function deadLetterRecordOf(letter: DeadLetter): DeadLetterRecord {
  const { id, service, topic, type, app, code, reason, tries, at, key, original, truncated, headers } = letter;
  return {
    id,
    service,
    topic,
    type,
    app,
    code,
    reason,
    tries,
    at: isoTime(at),
    key,
    original: cutSecrets(original).text,
    truncated,
    headers: { ...headers },
  };
}
