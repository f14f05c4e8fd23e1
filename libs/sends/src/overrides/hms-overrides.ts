import type { MessageTemplate } from '../message.ts';
import { hasText } from './apns-visible.ts';
import { dataProblems } from './data-problems.ts';
import { hmsMessageShape } from './hms-shape.ts';
import { mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import type { OverrideRules } from './override-rules.ts';

const texts = ['title', 'body'];
const androidTexts = [...texts, 'title_loc_key', 'body_loc_key'];

/** `message` of Huawei's Push Kit, `data` as an object of texts. */
export const hmsOverrides: OverrideRules = {
  platformsOwn: [['token'], ['topic'], ['condition'], ['data', 'carillon']],
  shape: (over) => hmsMessageShape(over, ['hms']),
  beside: ({ data }) => dataProblems(['hms', 'data'], data, 'HMS'),
  blank: leftBlankOf,
};

/** A message of Push Kit without notifications that would be blank. */
export function shownHms(message: JsonObject): JsonObject {
  if (isHmsShown(message)) return message;
  const { notification: _, ...rest } = message;
  const { notification: __, ...android } = objectIn(message['android']);
  return { ...rest, android };
}

function isHmsShown(message: JsonObject): boolean {
  return hasText(message['notification'], texts) || hasText(objectIn(message['android'])['notification'], androidTexts);
}

function leftBlankOf(over: JsonObject, { data, link }: MessageTemplate, written: JsonObject) {
  const merged = mergeOverrides({ data: { ...data }, notification: written }, over);
  if (isHmsShown(merged)) return undefined;
  const isNothing = link === undefined && Object.keys(objectIn(merged['data'])).length === 0;
  return { path: ['hms', 'notification'], devices: ['Huawei devices'], isNothing };
}
