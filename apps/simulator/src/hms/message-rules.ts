import { isObject, objectOf, textOf, type JsonObject } from '../devices/delivery.ts';
import type { HmsRefusal } from './answers.ts';

const maxTtlSeconds = 1_296_000;
const maxTokens = 1_000;
const maxTestTokens = 10;
const maxBytes = 4_096;
const topicName = /^[\w.~%-]{1,900}$/;
const targets = ['token', 'topic', 'condition'] as const;

/** A body that passed everything that can be said without the tokens. */
export interface HmsSend {
  readonly message: JsonObject;
  /** Empty for a topic or condition. */
  readonly tokens: readonly string[];
  readonly validateOnly: boolean;
}

/** providers.md 7.1: structure, size without tokens, targets, then what is in the message. */
export function readSend(body: Buffer): HmsSend | HmsRefusal {
  const parsed = parse(body);
  const message = isObject(parsed) ? parsed['message'] : undefined;
  if (!isObject(parsed) || !isObject(message)) return { code: '80100003' };
  const set = targets.filter((target) => message[target] !== undefined && message[target] !== '');
  if (set.length !== 1) return invalid('exactly one of token, topic and condition');
  const tokens = message['token'] ?? [];
  if (!Array.isArray(tokens) || !tokens.every((token) => typeof token === 'string' && token !== '')) return invalid('token');
  if (set[0] === 'token' && (tokens.length === 0 || tokens.length > maxTokens)) return { code: '80300010' };
  const named = tokens as string[];
  if (body.length - named.reduce((sum, token) => sum + Buffer.byteLength(token), 0) > maxBytes) return { code: '80300008' };
  const problem = targetProblem(message) ?? contentProblem(message) ?? androidProblem(objectOf(message['android']), named.length);
  return problem ?? { message, tokens: named, validateOnly: parsed['validate_only'] === true };
}

/** Seconds; a day unless said. */
export function ttlSecondsOf(message: JsonObject): number {
  const ttl = textOf(objectOf(message['android'])['ttl']);
  return ttl === undefined ? 86_400 : Number.parseFloat(ttl);
}

function targetProblem({ topic, condition }: JsonObject): HmsRefusal | undefined {
  if (topic !== undefined && (typeof topic !== 'string' || !topicName.test(topic))) return invalid('topic');
  if (condition !== undefined && (typeof condition !== 'string' || !/'[^']+' in topics/.test(condition))) return invalid('condition');
  return undefined;
}

function contentProblem({ notification, data, android }: JsonObject): HmsRefusal | undefined {
  const own = objectOf(android)['notification'];
  if (data !== undefined && typeof data !== 'string') return invalid('data');
  if (notification === undefined && own === undefined) return data === undefined || data === '' ? invalid('data') : undefined;
  if ((notification !== undefined && !isObject(notification)) || (own !== undefined && !isObject(own))) return { code: '80100003' };
  const shown = { ...objectOf(notification), ...objectOf(own) };
  if (!isText(shown['title']) && !isText(shown['title_loc_key'])) return invalid('title');
  if (!isText(shown['body']) && !isText(shown['body_loc_key'])) return invalid('body');
  const image = shown['image'];
  if (image !== undefined && !(typeof image === 'string' && image.startsWith('https://'))) return invalid('image');
  return notificationProblem(objectOf(own));
}

function notificationProblem(shown: JsonObject): HmsRefusal | undefined {
  const { importance, badge, color, buttons, style } = shown;
  if (!isClickAction(shown['click_action'])) return invalid('click_action');
  if (importance !== undefined && !isOf(importance, /^(?:LOW|NORMAL|HIGH|DEFAULT)$/)) return invalid('importance');
  if (color !== undefined && !isOf(color, /^#[0-9a-fA-F]{6}$/)) return invalid('color');
  if (style !== undefined && !isWithin(style, 0, 3)) return invalid('style');
  if (badge !== undefined && !isBadge(objectOf(badge))) return invalid('badge');
  if (buttons !== undefined && !isButtons(buttons)) return invalid('buttons');
  return undefined;
}

/** A tap opens a page of the app, a URL, or the app. */
function isClickAction(value: unknown): boolean {
  const { type, intent, action, url } = objectOf(value);
  if (type === 1) return isText(intent) || isText(action);
  if (type === 2) return typeof url === 'string' && url.startsWith('https://');
  return type === 3;
}

function isBadge({ add_num: added, set_num: set }: JsonObject): boolean {
  return (added === undefined || isWithin(added, 1, 99)) && (set === undefined || isWithin(set, 0, 99));
}

function isButtons(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 3 && value.map(objectOf).every(isButton);
}

function isButton({ name, action_type: type }: JsonObject): boolean {
  return isText(name) && (name as string).length <= 40 && isWithin(type, 0, 4);
}

function androidProblem(android: JsonObject, tokens: number): HmsRefusal | undefined {
  const { collapse_key: group, urgency, category, target_user_type: userType, ttl } = android;
  if (group !== undefined && !isWithin(group, -1, 100)) return { code: '80100013' };
  if (ttl !== undefined && !isTtl(ttl)) return { code: '80100004' };
  if (urgency !== undefined && urgency !== 'HIGH' && urgency !== 'NORMAL') return invalid('urgency');
  if (category !== undefined && !isOf(category, /^[A-Z][A-Z_]*$/)) return invalid('category');
  if (userType !== undefined && userType !== 0 && userType !== 1) return invalid('target_user_type');
  return userType === 1 && tokens > maxTestTokens ? invalid('target_user_type') : undefined;
}

function isTtl(ttl: unknown): boolean {
  return typeof ttl === 'string' && /^\d+(?:\.\d{1,9})?s$/.test(ttl) && Number.parseFloat(ttl) <= maxTtlSeconds;
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function isOf(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function invalid(what: string): HmsRefusal {
  return { code: '80100001', detail: `Parameter is invalid: ${what}` };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
