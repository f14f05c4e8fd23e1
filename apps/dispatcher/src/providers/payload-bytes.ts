import { type JsonObject, isJsonObject } from '#libs/sends';
import { RECEIPT_LENGTH } from '#libs/kernel';
import { HOLES } from '#libs/templates';
import { RECEIPT_HOLE } from './body-template.ts';

const receiptHoleBytes = Buffer.byteLength(RECEIPT_HOLE);

/** What a provider counts of a message: so many bytes, and those of the texts that go into these holes. */
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

/** With a receipt in the place of its hole, which is a text of another length. */
export function withReceipt({ fixed, holes }: PayloadBytes): PayloadBytes {
  return { fixed: fixed - receiptHoleBytes + RECEIPT_LENGTH, holes };
}

/** Of one message, whose texts are `texts`. */
export function countedBytes({ fixed, holes }: PayloadBytes, texts: readonly string[]): number {
  let bytes = fixed;
  for (const hole of holes) bytes += Buffer.byteLength(texts[hole] ?? '');
  return bytes;
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
