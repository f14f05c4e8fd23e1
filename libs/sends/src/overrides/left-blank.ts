import type { ProviderName } from '#libs/kernel';
import type { MessageTemplate } from '../message.ts';
import { isJsonObject, mergeOverrides, type JsonObject } from './merge-overrides.ts';
import { isAlertShown, isFcmShown } from './visible-parts.ts';

/** Whose phones show nothing of a message that has a title or a body, because its overrides take them out. */
export interface LeftBlank {
  readonly provider: Extract<ProviderName, 'apns' | 'fcm'>;
  /** Where in `overrides`. */
  readonly path: readonly string[];
  /** Whom, as an author would name them. */
  readonly devices: readonly string[];
  /** No device of the provider would show anything, and there is nothing else for any of them. */
  readonly isNothing: boolean;
}

const fcmDevices = [
  ['android', 'Android'],
  ['webpush', 'browsers'],
  ['apns', 'Apple devices over FCM'],
] as const;

/** What overrides leave blank; what Liquid makes counts as a text. Nothing of a message that would show nothing without them. */
export function leftBlank(message: MessageTemplate): LeftBlank[] {
  const { overrides = {}, localized = {}, silent } = message;
  const everywhere = [message, ...Object.values(localized)];
  const texts = Object.fromEntries(
    (['title', 'body'] as const).flatMap((name) => {
      const written = everywhere.find((one) => (one[name] ?? '') !== '');
      return written ? [[name, written[name]]] : [];
    }),
  );
  if (silent === true || Object.keys(texts).length === 0) return [];
  return [...apnsBlank(message, texts, overrides.apns), ...fcmBlank(message, texts, overrides.fcm)];
}

function apnsBlank({ badge, sound, data, link }: MessageTemplate, texts: JsonObject, over: JsonObject | undefined): LeftBlank[] {
  if (!over) return [];
  const { aps: merged, headers: _, ...beside } = mergeOverrides({ ...data, aps: { alert: texts, badge, sound } }, over);
  const aps = objectIn(merged);
  if (isAlertShown(aps['alert'])) return [];
  const left = [aps['badge'], aps['sound'], aps['content-available'] === 1 ? 1 : undefined, link, ...Object.values(beside)];
  const path = isJsonObject(over['aps']) ? ['apns', 'aps', 'alert'] : ['apns', 'aps'];
  return [{ provider: 'apns', path, devices: ['Apple devices'], isNothing: left.every((value) => value === undefined) }];
}

function fcmBlank({ data, link }: MessageTemplate, texts: JsonObject, over: JsonObject | undefined): LeftBlank[] {
  if (!over) return [];
  const parts = { webpush: { notification: texts }, apns: { payload: { aps: { alert: texts } } } };
  const merged = mergeOverrides({ data: { ...data }, notification: texts, ...parts }, over);
  const blank = fcmDevices.filter(([platform]) => !isFcmShown(merged, platform));
  if (blank.length === 0) return [];
  const maps = [merged, objectIn(merged['android']), objectIn(merged['webpush'])].map((part) => objectIn(part['data']));
  const isNothing = blank.length === fcmDevices.length && link === undefined && maps.every((map) => Object.keys(map).length === 0);
  return [{ provider: 'fcm', path: ['fcm', 'notification'], devices: blank.map(([, name]) => name), isNothing }];
}

function objectIn(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
