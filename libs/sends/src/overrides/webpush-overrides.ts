import type { MessageTemplate } from '../message.ts';
import { mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import { repeatedHeaders } from './override-headers.ts';
import type { OverrideRules } from './override-rules.ts';
import { anything, flag, isKnownLater, listOf, mapOf, objectOf, oneOf, struct, text, textOf, valueOf, type ShapeProblem } from './shape.ts';
import { hasText } from './apns-visible.ts';

const maxTtlSeconds = 2_419_200;

/** Options of `showNotification` (notifications.spec.whatwg.org), with the title among them. */
const notification = objectOf({
  ...{ title: text, body: text, icon: text, image: text, badge: text, tag: text, lang: text, navigate: text, data: anything },
  ...{ renotify: flag, requireInteraction: flag, silent: flag },
  ...{ dir: oneOf(['auto', 'ltr', 'rtl']), timestamp: valueOf((value) => typeof value === 'number', 'a time in ms') },
  vibrate: listOf(valueOf((value) => Number.isInteger(value) && Number(value) >= 0, 'a whole number of ms')),
  actions: listOf(objectOf({ action: text, title: text, icon: text, navigate: text })),
});

const headers = objectOf({
  TTL: valueOf((value) => /^\d{1,10}$/.test(String(value)) && Number(value) <= maxTtlSeconds, `seconds from 0 to ${maxTtlSeconds}`),
  Urgency: oneOf(['very-low', 'low', 'normal', 'high']),
  Topic: textOf(/^[\w-]{1,32}$/, '1 to 32 of a-z, A-Z, 0-9, - and _'),
});

/** What a service worker gets; `headers` are those of the request. Other members are the site's own. */
export const webPushOverrides: OverrideRules = {
  platformsOwn: [['carillon']],
  shape: ({ headers: _, ...payload }) =>
    mapOf(anything, { notification, data: struct, badge: valueOf((value) => Number.isInteger(value), 'a whole number') })(payload, [
      'webpush',
    ]),
  beside: ({ headers: given }) => headerProblems(given),
  blank: leftBlankOf,
};

/** A payload without a notification that would be blank. */
export function shownWebPush({ notification: shown, ...payload }: JsonObject): JsonObject {
  return isShown(shown) ? { notification: shown, ...payload } : payload;
}

function headerProblems(given: unknown): ShapeProblem[] {
  if (given === undefined || given === null || isKnownLater(given)) return [];
  const names = new Map(['TTL', 'Urgency', 'Topic'].map((name) => [name.toLowerCase(), name]));
  const named = Object.entries(objectIn(given)).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value] as const);
  const place = ['webpush', 'headers'];
  return [...headers(typeof given === 'object' ? Object.fromEntries(named) : given, place), ...repeatedHeaders(objectIn(given), place)];
}

function isShown(part: unknown): boolean {
  return hasText(part, ['title', 'body']);
}

function leftBlankOf(over: JsonObject, { data, link, badge }: MessageTemplate, texts: JsonObject) {
  const { headers: _, ...beside } = over;
  const { notification: shown, ...rest } = mergeOverrides({ notification: texts, data: { ...data }, badge, link }, beside);
  if (isShown(shown)) return undefined;
  const isNothing = Object.values(rest).every((value) => value === undefined || Object.keys(objectIn(value)).length === 0);
  return { path: ['webpush', 'notification'], devices: ['browsers'], isNothing: isNothing && badge === undefined && link === undefined };
}
