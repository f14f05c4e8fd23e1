import { isJsonObject, type JsonObject } from './merge-overrides.ts';

const alertTexts = ['title', 'body', 'title-loc-key', 'loc-key'];
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

/** Whether a part has a text under one of these names. */
export function hasText(part: unknown, names: readonly string[]): boolean {
  return isJsonObject(part) && names.some((name) => typeof part[name] === 'string' && part[name].trim() !== '');
}
