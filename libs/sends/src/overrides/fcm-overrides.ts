import type { MessageTemplate } from '../message.ts';
import { dataProblems } from './data-problems.ts';
import { fcmMessageShape } from './fcm-shape.ts';
import { mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import type { OverrideRules } from './override-rules.ts';
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
        'FCM',
      ),
    ),
  blank: leftBlankOf,
};

function leftBlankOf(over: JsonObject, { data, link }: MessageTemplate, texts: JsonObject) {
  const parts = { webpush: { notification: texts }, apns: { payload: { aps: { alert: texts } } } };
  const merged = mergeOverrides({ data: { ...data }, notification: texts, ...parts }, over);
  const blank = fcmDevices.filter(([platform]) => !isFcmShown(merged, platform));
  if (blank.length === 0) return undefined;
  const maps = [merged, objectIn(merged['android']), objectIn(merged['webpush'])].map((part) => objectIn(part['data']));
  const isNothing = blank.length === fcmDevices.length && link === undefined && maps.every((map) => Object.keys(map).length === 0);
  return { path: ['fcm', 'notification'], devices: blank.map(([, name]) => name), isNothing };
}
