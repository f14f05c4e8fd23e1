import { pageOf } from '#libs/api';
import { isoTime } from '#libs/kernel';
import type { DeadLetter } from '#libs/messaging';
import { z } from 'zod';

/** A dead letter as the API shows it. */
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
  .meta({ id: 'DeadLetter' });
export type DeadLetterRecord = z.input<typeof deadLetterRecord>;

export const deadLetterPage = pageOf(deadLetterRecord).meta({ id: 'DeadLetterPage' });
export type DeadLetterRecordPage = z.input<typeof deadLetterPage>;

export function deadLetterRecordOf(letter: DeadLetter): DeadLetterRecord {
  const { id, service, topic, type, app, code, reason, tries, at, key, original, truncated, headers } = letter;
  return { id, service, topic, type, app, code, reason, tries, at: isoTime(at), key, original, truncated, headers: { ...headers } };
}
