import { createHash } from 'node:crypto';
import { fieldOf } from '#libs/http2';
import { isObject, objectOf, parsed, type JsonObject } from '../devices/delivery.ts';
import { admError, type AdmError } from './answers.ts';

const maxPayloadBytes = 6_144;
const maxConsolidationKey = 64;
const [minSeconds, maxSeconds] = [60, 2_678_400];
const members = new Set(['data', 'notification', 'consolidationKey', 'expiresAfter', 'md5', 'priority']);
const types = [
  ['x-amzn-type-version', 'com.amazon.device.messaging.ADMMessage@1.0'],
  ['x-amzn-accept-type', 'com.amazon.device.messaging.ADMSendResult@1.0'],
] as const;

/** A message that passed everything that can be said without its registration, or what is wrong with it ("Send a Message via ADM"). */
export function readMessage(fields: readonly string[], body: Buffer): JsonObject | AdmError {
  if (types.some(([name, value]) => fieldOf(fields, name) !== value)) return admError('InvalidType');
  const isJson = (name: string) => fieldOf(fields, name)?.startsWith('application/json') === true;
  if (!isJson('content-type') || !isJson('accept')) return admError('InvalidType');
  const message = parsed(body.toString('utf8'));
  if (!isObject(message)) return admError('InvalidData');
  return problemOf(message) ?? message;
}

export function isError(read: JsonObject | AdmError): read is AdmError {
  return typeof read.status === 'number';
}

function problemOf(message: JsonObject): AdmError | undefined {
  const { data = {}, notification = {}, consolidationKey = 'x', expiresAfter = minSeconds, md5, priority = 'normal' } = message;
  if (Object.keys(message).some((name) => !members.has(name)) || (priority !== 'normal' && priority !== 'high'))
    return admError('InvalidData');
  if (!isObject(data) || !isObject(notification)) return admError('InvalidData');
  if (Object.values(data).some((value) => typeof value !== 'string')) return admError('InvalidData');
  if (Object.keys({ ...data, ...notification }).length === 0) return admError('InvalidData');
  if (bytesOf(data) + bytesOf(notification) > maxPayloadBytes) return admError('MessageTooLarge');
  const isGoodKey = typeof consolidationKey === 'string' && consolidationKey !== '' && consolidationKey.length <= maxConsolidationKey;
  if (!isGoodKey) return admError('InvalidConsolidationKey');
  const isGoodTime = Number.isInteger(expiresAfter) && (expiresAfter as number) >= minSeconds && (expiresAfter as number) <= maxSeconds;
  if (!isGoodTime) return admError('InvalidExpiration');
  return md5 === undefined || md5 === checksumOf(data) ? undefined : admError('InvalidChecksum');
}

/** Keys and values; what is no text, as JSON. */
function bytesOf(part: JsonObject): number {
  return Object.entries(objectOf(part)).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value)),
    0,
  );
}

/** `key:value` pairs in the order of the keys' bytes in UTF-8, with commas in between. */
export function checksumOf(data: JsonObject): string {
  const pairs = Object.entries(data).map(([key, value]) => ({ key: Buffer.from(key), text: `${key}:${String(value)}` }));
  pairs.sort((one, other) => Buffer.compare(one.key, other.key));
  return createHash('md5')
    .update(pairs.map(({ text }) => text).join(','))
    .digest('base64');
}
