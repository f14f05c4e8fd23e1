import { hasText, isAlertShown, shownAps } from './apns-visible.ts';
import { isJsonObject, objectIn, type JsonObject } from './merge-overrides.ts';

const androidTexts = ['title', 'body', 'title_loc_key', 'body_loc_key', 'titleLocKey', 'bodyLocKey'];
const plainTexts = ['title', 'body'];

/** Whether phones show something of a message of FCM. `platform`: whose part may say what the common one does not. */
export function isFcmShown(message: JsonObject, platform: 'android' | 'webpush' | 'apns'): boolean {
  if (hasText(message['notification'], plainTexts)) return true;
  const part = objectIn(message[platform]);
  if (platform === 'apns') return isAlertShown(objectIn(objectIn(part['payload'])['aps'])['alert']);
  return hasText(part['notification'], platform === 'android' ? androidTexts : plainTexts);
}

/** A message of FCM without notifications that would be blank. `platforms`: those that it may come to. */
export function shownFcm(message: JsonObject, platforms: readonly ('android' | 'webpush' | 'apns')[]): JsonObject {
  const isShown = platforms.some((platform) => isFcmShown(message, platform));
  const shown = new Map(Object.entries(message));
  if (!isShown || isEmpty(message['notification'])) shown.delete('notification');
  for (const name of ['android', 'webpush'] as const) {
    const { notification, ...rest } = objectIn(message[name]);
    if (notification !== undefined && !isFcmShown(message, name)) shown.set(name, rest);
  }
  const { payload, ...rest } = objectIn(message['apns']);
  if (platforms.includes('apns') && isJsonObject(payload)) {
    const aps = shownAps(payload['aps'], hasText(message['notification'], plainTexts));
    shown.set('apns', { ...rest, payload: { ...payload, aps } });
  }
  return Object.fromEntries(shown);
}

function isEmpty(part: unknown): boolean {
  return isJsonObject(part) && Object.values(part).every((value) => value === undefined || value === '');
}
