import { objectOf, textOf, type JsonObject } from '../devices/delivery.ts';
import { conditionOf, isTopic, type Condition } from './condition.ts';
import { apnsRefused, payloadInvalidArgument, tokenInvalidArgument, type FcmError, type FieldViolation } from './errors.ts';
import { fieldOf } from './message-shape.ts';
import { checkPlatforms } from './platform-rules.ts';

const targets = ['token', 'topic', 'condition', 'fid'] as const;
const maxBytes = 4096;
const maxBytesToTopic = 2048;
const maxBytesOfApns = 4096;
const maxTtlSeconds = 2_419_200;
const wellFormedToken = /^[\w:.-]{16,4096}$/;
/** Of Firebase: 17 bytes, base64url. */
const installationId = /^[\w-]{22}$/;

/** What FCM itself, not the JSON layer, refuses: target, reserved keys, time to live, links, sizes, and last the form of the token. */
export function messageProblem(message: JsonObject): FcmError | undefined {
  const set = targets.filter((target) => typeof message[target] === 'string' && message[target] !== '');
  if (set.length > 1) return oneofViolation(set);
  if (set.length === 0) return payloadInvalidArgument([{ field: 'message', description: 'Recipient of the message is not set.' }], 'fcm');
  const violations = violationsOf(message);
  if (violations.length > 0) return payloadInvalidArgument(violations, 'fcm');
  const isToOne = set[0] === 'token' || set[0] === 'fid';
  if (isTooBig(message, isToOne ? maxBytes : maxBytesToTopic)) {
    return payloadInvalidArgument([{ field: 'message', description: 'Message too big' }], 'fcm');
  }
  if (isApnsPayloadTooBig(message)) return apnsRefused(413, 'PayloadTooLarge');
  const { token, fid } = message;
  if (typeof token === 'string' ? !wellFormedToken.test(token) : typeof fid === 'string' && !installationId.test(fid))
    return tokenInvalidArgument();
  return undefined;
}

export function isToken(text: string): boolean {
  return wellFormedToken.test(text);
}

/** The token, or `fid:` and a Firebase installation id; undefined for a topic or condition. */
export function addressOf(message: JsonObject): string | undefined {
  const fid = textOf(message['fid']);
  return textOf(message['token']) ?? (fid === undefined ? undefined : `fid:${fid}`);
}

/** Who gets a message to a topic or under a condition; undefined where it is to one device. */
export function audienceOf({ topic, condition }: JsonObject): Condition | undefined {
  if (typeof topic === 'string') return (topics) => topics.has(topic);
  return typeof condition === 'string' ? conditionOf(condition) : undefined;
}

/** 28 days unless said. */
export function ttlSecondsOf(message: JsonObject): number {
  const ttl = textOf(objectOf(message['android'])['ttl']);
  return ttl === undefined ? maxTtlSeconds : Number(ttl.slice(0, -1));
}

export function collapseKeyOf(message: JsonObject): string | null {
  return textOf(fieldOf(objectOf(message['android']), 'collapse_key')) ?? null;
}

function oneofViolation(set: readonly string[]): FcmError {
  const description = `Invalid value at 'message' (oneof), oneof field 'target' is already set. Cannot set '${set[1] ?? ''}'`;
  return payloadInvalidArgument([{ field: 'message', description }], 'json');
}

function violationsOf(message: JsonObject): readonly FieldViolation[] {
  const found: FieldViolation[] = [];
  checkTopic(message, found);
  checkData(objectOf(message['data']), 'message.data', found);
  checkData(objectOf(objectOf(message['android'])['data']), 'message.android.data', found);
  checkTtl(message, found);
  checkLink(message, found);
  checkPlatforms(message, found);
  return found;
}

function checkTopic({ topic, condition }: JsonObject, found: FieldViolation[]): void {
  if (typeof topic === 'string' && !isTopic(topic)) found.push({ field: 'message.topic', description: 'Malformed topic name' });
  else if (typeof condition === 'string') {
    if (!conditionOf(condition)) found.push({ field: 'message.condition', description: 'Invalid condition expression provided.' });
  }
}

function checkData(data: JsonObject, field: string, found: FieldViolation[]): void {
  for (const key in data) {
    if (isReserved(key)) found.push({ field, description: `Invalid data payload key: ${key.slice(0, 100)}` });
  }
}

function isReserved(key: string): boolean {
  return key === 'from' || key === 'message_type' || key.startsWith('google') || key.startsWith('gcm');
}

function checkTtl(message: JsonObject, found: FieldViolation[]): void {
  const seconds = ttlSecondsOf(message);
  if (seconds >= 0 && seconds <= maxTtlSeconds) return;
  found.push({ field: 'message.android.ttl', description: `Invalid ttl: it must be between 0 and ${maxTtlSeconds} seconds` });
}

function checkLink(message: JsonObject, found: FieldViolation[]): void {
  const link = textOf(objectOf(fieldOf(objectOf(message['webpush']), 'fcm_options'))['link']);
  if (link === undefined || link.startsWith('https://')) return;
  found.push({ field: 'message.webpush.fcm_options.link', description: 'The link must be an https URL' });
}

/** Data and notification count, for the platform whose part is largest; names of fields do not, keys of data do. */
function isTooBig(message: JsonObject, most: number): boolean {
  const common = bytesOf(message['data']) + bytesOf(message['notification']);
  return common + Math.max(platformBytes(message['android']), platformBytes(message['webpush'])) > most;
}

function platformBytes(part: unknown): number {
  const { data, notification } = objectOf(part);
  return bytesOf(data) + bytesOf(notification);
}

function bytesOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'object') return Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
  let bytes = 0;
  for (const key in value) bytes += Buffer.byteLength(key) + bytesOf((value as JsonObject)[key]);
  return bytes;
}

function isApnsPayloadTooBig(message: JsonObject): boolean {
  const { payload } = objectOf(message['apns']);
  return payload !== undefined && Buffer.byteLength(JSON.stringify(payload)) > maxBytesOfApns;
}
