import { type JsonObject, isJsonObject } from '#libs/sends';
import { HOLES } from '#libs/templates';

/** What FCM counts of a message: so many bytes, and those of the texts that go into these holes. */
export interface PayloadBytes {
  readonly fixed: number;
  /** Indexes into HOLES. */
  readonly holes: readonly number[];
}

/** What FCM counts against its limit, in bytes of UTF-8: data and notification, common and of the platform; for APNs its whole payload. */
export function payloadBytes(message: JsonObject, data: JsonObject): PayloadBytes {
  const parts = [data, message['notification']];
  for (const platform of ['android', 'webpush']) {
    const part = message[platform];
    if (isJsonObject(part)) parts.push(part['data'], part['notification']);
  }
  const apns = message['apns'];
  if (isJsonObject(apns)) parts.push(apns['payload']);
  const holes: number[] = [];
  return { fixed: parts.reduce<number>((sum, part) => sum + bytesOf(part, holes), 0), holes };
}

/** Notes the holes that it meets. */
function bytesOf(value: unknown, holes: number[]): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string') return bytesOfText(value, holes);
  if (typeof value !== 'object') return JSON.stringify(value).length;
  return Object.entries(value).reduce(
    (sum, [key, part]) => sum + (part === undefined ? 0 : Buffer.byteLength(key) + bytesOf(part, holes)),
    0,
  );
}

function bytesOfText(text: string, holes: number[]): number {
  const hole = HOLES.indexOf(text);
  if (hole < 0) return Buffer.byteLength(text);
  holes.push(hole);
  return 0;
}
