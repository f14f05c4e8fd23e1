import { isJsonObject, type JsonObject } from '#libs/sends';
import type { Message } from 'firebase-admin/messaging';

/** A message of HTTP v1 in the words of firebase-admin, which makes it one of HTTP v1 again: durations are milliseconds, enums are lower case, images are `imageUrl`. */
export function adminMessage(wire: JsonObject): Message {
  const { notification, android, webpush, apns, fcm_options: options, ...others } = wire;
  return {
    ...others,
    ...(isJsonObject(notification) && { notification: withImage(notification) }),
    ...(isJsonObject(android) && { android: androidOf(android) }),
    ...(isJsonObject(webpush) && { webpush: inCamel(webpush) }),
    ...(isJsonObject(apns) && { apns: apnsOf(apns) }),
    ...(isJsonObject(options) && { fcmOptions: camelCased(options) }),
  } as unknown as Message;
}

function androidOf(wire: JsonObject): JsonObject {
  const { ttl, priority, notification, ...others } = inCamel(wire);
  return {
    ...others,
    ...(ttl !== undefined && { ttl: millisecondsOf(ttl) }),
    ...(priority !== undefined && { priority: lowerCased(priority) }),
    ...(isJsonObject(notification) && { notification: androidNotificationOf(notification) }),
  };
}

function androidNotificationOf(wire: JsonObject): JsonObject {
  const { notificationPriority, eventTime, vibrateTimings, lightSettings, visibility, proxy, ...others } = withImage(camelCased(wire));
  return {
    ...others,
    ...(notificationPriority !== undefined && { priority: lowerCased(notificationPriority, 'PRIORITY_') }),
    ...(visibility !== undefined && { visibility: lowerCased(visibility) }),
    ...(proxy !== undefined && { proxy: lowerCased(proxy) }),
    ...(eventTime !== undefined && { eventTimestamp: new Date(eventTime as string) }),
    ...(Array.isArray(vibrateTimings) && { vibrateTimingsMillis: vibrateTimings.map(millisecondsOf) }),
    ...(isJsonObject(lightSettings) && { lightSettings: lightSettingsOf(lightSettings) }),
  };
}

function lightSettingsOf(wire: JsonObject): JsonObject {
  const { color, lightOnDuration, lightOffDuration } = camelCased(wire);
  const parts = isJsonObject(color) ? color : {};
  const hex = ['red', 'green', 'blue', 'alpha'].map((name) => byteOf(parts[name])).join('');
  return {
    color: `#${hex}`,
    lightOnDurationMillis: millisecondsOf(lightOnDuration),
    lightOffDurationMillis: millisecondsOf(lightOffDuration),
  };
}

function apnsOf(wire: JsonObject): JsonObject {
  const { fcmOptions, ...others } = inCamel(wire);
  return { ...others, ...(isJsonObject(fcmOptions) && { fcmOptions: withImage(fcmOptions) }) };
}

/** A part with its own names and those of its options in camel case; what is in data, headers and payloads stays. */
function inCamel(part: JsonObject): JsonObject {
  const { fcmOptions, ...others } = camelCased(part);
  return { ...others, ...(isJsonObject(fcmOptions) && { fcmOptions: camelCased(fcmOptions) }) };
}

function withImage({ image, ...others }: JsonObject): JsonObject {
  return { ...others, ...(image !== undefined && { imageUrl: image }) };
}

function camelCased(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]),
  );
}

function lowerCased(word: unknown, prefix = ''): string {
  const text = String(word);
  return (text.startsWith(prefix) ? text.slice(prefix.length) : text).toLowerCase();
}

/** Of a duration such as `1.5s`. */
function millisecondsOf(duration: unknown): number {
  return Math.round(Number.parseFloat(String(duration)) * 1_000);
}

function byteOf(share: unknown): string {
  return Math.round(Number(share ?? 0) * 255).toString(16).padStart(2, '0'); // prettier-ignore
}
