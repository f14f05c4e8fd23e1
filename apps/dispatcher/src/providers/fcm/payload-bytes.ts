import { isJsonObject, type JsonObject } from '../merge-overrides.ts';

/** What FCM counts against its limit, in bytes of UTF-8: data and notification, common and of the platform; for APNs its whole payload. */
export function payloadBytes(message: JsonObject, data: JsonObject): number {
  const parts = [data, message['notification']];
  for (const platform of ['android', 'webpush']) {
    const part = message[platform];
    if (isJsonObject(part)) parts.push(part['data'], part['notification']);
  }
  const apns = message['apns'];
  if (isJsonObject(apns)) parts.push(apns['payload']);
  return parts.reduce<number>((sum, part) => sum + bytesOf(part), 0);
}

function bytesOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object') return JSON.stringify(value).length;
  return Object.entries(value).reduce((sum, [key, part]) => sum + (part === undefined ? 0 : Buffer.byteLength(key) + bytesOf(part)), 0);
}
