import type { MessageTemplate } from '../message.ts';
import { isReservedDataKey } from '../provider-words.ts';
import { fcmMessageShape } from './fcm-shape.ts';
import { isJsonObject, mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import type { OverrideRules } from './override-rules.ts';
import type { ShapeProblem } from './shape.ts';
import { isFcmShown } from './fcm-visible.ts';

const fcmDevices = [
  ['android', 'Android'],
  ['webpush', 'browsers'],
  ['apns', 'Apple devices over FCM'],
] as const;
/** FCM's maps of data: texts only, of any names but those that it takes for its own. */
const dataMaps = [['data'], ['android', 'data'], ['webpush', 'data']];

/** `message` of FCM v1. */
export const fcmOverrides: OverrideRules = {
  platformsOwn: [['token'], ['topic'], ['condition'], ['fid'], ['name'], ['data', 'carillon']],
  shape: (over) => fcmMessageShape(over, ['fcm']),
  beside: (over) =>
    dataMaps.flatMap((path) =>
      dataProblems(
        ['fcm', ...path],
        path.reduce<unknown>((part, step) => objectIn(part)[step], over),
      ),
    ),
  blank: leftBlankOf,
};

function dataProblems(place: readonly string[], data: unknown): ShapeProblem[] {
  if (data === undefined || data === null) return [];
  if (!isJsonObject(data)) return [{ path: place, message: 'Must be an object of texts' }];
  return Object.entries(data).flatMap(([key, value]): ShapeProblem[] => {
    if (key !== 'carillon' && isReservedDataKey(key)) {
      return [{ path: [...place, key], message: 'Providers or the platform use this key themselves', code: 'reserved_data_key' }];
    }
    return value === null || typeof value === 'string' ? [] : [{ path: [...place, key], message: 'FCM takes texts only' }];
  });
}

function leftBlankOf(over: JsonObject, { data, link }: MessageTemplate, texts: JsonObject) {
  const parts = { webpush: { notification: texts }, apns: { payload: { aps: { alert: texts } } } };
  const merged = mergeOverrides({ data: { ...data }, notification: texts, ...parts }, over);
  const blank = fcmDevices.filter(([platform]) => !isFcmShown(merged, platform));
  if (blank.length === 0) return undefined;
  const maps = [merged, objectIn(merged['android']), objectIn(merged['webpush'])].map((part) => objectIn(part['data']));
  const isNothing = blank.length === fcmDevices.length && link === undefined && maps.every((map) => Object.keys(map).length === 0);
  return { path: ['fcm', 'notification'], devices: blank.map(([, name]) => name), isNothing };
}
