import { fieldOf } from '#libs/http2';
import { refusal, type Refusal } from './vendors.ts';

/** Mozilla and Google keep nothing for longer. */
const longestTtlSeconds = 2_419_200;
const urgencies: ReadonlySet<string> = new Set(['very-low', 'low', 'normal', 'high']);

/** What a push service has to say about the headers of a message (RFC 8030 section 5). */
export function headerProblem(fields: readonly string[], hasBody: boolean): Refusal | undefined {
  if (ttlOf(fields) === undefined) return refusal('ttl_missing');
  if (!/^[\w-]{1,32}$/.test(fieldOf(fields, 'topic') ?? 'none')) return refusal('topic_invalid');
  if (!urgencies.has(fieldOf(fields, 'urgency') ?? 'normal')) return refusal('urgency_invalid');
  if (hasBody && fieldOf(fields, 'content-encoding') !== 'aes128gcm') return refusal('encoding_invalid');
  return undefined;
}

/** How long a message is kept, in seconds: as its sender wishes, up to the service's own limit. Undefined where the header is missing or none. */
export function ttlOf(fields: readonly string[]): number | undefined {
  const text = fieldOf(fields, 'ttl');
  return text !== undefined && /^\d{1,10}$/.test(text) ? Math.min(Number(text), longestTtlSeconds) : undefined;
}
