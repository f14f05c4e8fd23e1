import { isJsonObject, type JsonObject } from './merge-overrides.ts';

const alertTexts = ['title', 'body', 'title-loc-key', 'loc-key'];
const androidTexts = ['title', 'body', 'title_loc_key', 'body_loc_key', 'titleLocKey', 'bodyLocKey'];
const plainTexts = ['title', 'body'];
/** What only a visible notification uses. */
const onlyShown: ReadonlySet<string> = new Set(['alert', 'category', 'interruption-level', 'mutable-content']);

/** Whether Apple devices show something of an `alert`: a text, or an object with one. A subtitle alone is none. */
export function isAlertShown(alert: unknown): boolean {
  return typeof alert === 'string' ? alert.trim() !== '' : hasText(alert, alertTexts);
}

/** `aps` without an alert that would be blank; a push that then shows, plays and counts nothing wakes the app instead. `hasAlert`: FCM adds an alert of its own. */
export function shownAps(aps: unknown, hasAlert = false): JsonObject {
  const all = isJsonObject(aps) ? aps : {};
  if (isAlertShown(all['alert'])) return all;
  const left = Object.fromEntries(Object.entries(all).filter(([name]) => name !== 'alert' && (hasAlert || !onlyShown.has(name))));
  const isNoticed = hasAlert || (left['badge'] ?? left['sound']) !== undefined;
  return isNoticed ? left : { ...left, 'content-available': 1 };
}

/** Whether phones show something of a message of FCM. `platform`: whose part may say what the common one does not. */
export function isFcmShown(message: JsonObject, platform: 'android' | 'webpush' | 'apns'): boolean {
  if (hasText(message['notification'], plainTexts)) return true;
  const part = partOf(message, platform);
  if (platform === 'apns') return isAlertShown(partOf(partOf(part, 'payload'), 'aps')['alert']);
  return hasText(part['notification'], platform === 'android' ? androidTexts : plainTexts);
}

/** A message of FCM without notifications that would be blank. */
export function shownFcm(message: JsonObject, platform: 'android' | 'webpush' | 'apns'): JsonObject {
  const isShown = isFcmShown(message, platform);
  const shown = new Map(Object.entries(message));
  if (!isShown || isEmpty(message['notification'])) shown.delete('notification');
  for (const name of ['android', 'webpush'] as const) {
    const { notification, ...rest } = partOf(message, name);
    if (notification !== undefined && !isFcmShown(message, name)) shown.set(name, rest);
  }
  const { payload, ...rest } = partOf(message, 'apns');
  if (platform === 'apns' && isJsonObject(payload)) {
    const aps = shownAps(payload['aps'], hasText(message['notification'], plainTexts));
    shown.set('apns', { ...rest, payload: { ...payload, aps } });
  }
  return Object.fromEntries(shown);
}

function partOf(object: JsonObject, name: string): JsonObject {
  const part = object[name];
  return isJsonObject(part) ? part : {};
}

function hasText(part: unknown, names: readonly string[]): boolean {
  return isJsonObject(part) && names.some((name) => typeof part[name] === 'string' && part[name].trim() !== '');
}

function isEmpty(part: unknown): boolean {
  return isJsonObject(part) && Object.values(part).every((value) => value === undefined || value === '');
}
