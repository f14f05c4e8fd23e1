import { objectOf, textOf, type JsonObject } from '../devices/delivery.ts';
import type { FieldViolation } from './errors.ts';
import { fieldOf } from './message-shape.ts';

const label = /^[a-zA-Z0-9\-_.~%]{1,50}$/;
const color = /^#[0-9a-fA-F]{6}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const duration = /^\d{1,12}(?:\.\d{1,9})?s$/;
const packageName = /^[A-Za-z]\w*(?:\.[A-Za-z]\w*)+$/;
const urgencies = ['very-low', 'low', 'normal', 'high'];
const maxApnsCollapseId = 64;

/** What FCM documents of a message's parts for each platform, beyond their types: "REST Resource: projects.messages". */
export function checkPlatforms(message: JsonObject, found: FieldViolation[]): void {
  checkLabel(message, 'message', found);
  const [android, apns, webpush] = [message['android'], message['apns'], message['webpush']].map(objectOf) as [
    JsonObject,
    JsonObject,
    JsonObject,
  ];
  if (message['android'] !== undefined) checkAndroid(android, found);
  if (message['apns'] !== undefined) checkApns(apns, found);
  if (message['webpush'] !== undefined) checkWebPush(webpush, found);
}

function checkLabel(part: JsonObject, path: string, found: FieldViolation[]): void {
  const options = fieldOf(part, 'fcm_options');
  if (options === undefined) return;
  const value = textOf(fieldOf(objectOf(options), 'analytics_label'));
  if (value !== undefined && value !== '' && !label.test(value))
    found.push({
      field: `${path}.fcm_options.analytics_label`,
      description: 'Invalid analytics label: it must match ^[a-zA-Z0-9-_.~%]{1,50}$',
    });
}

function checkAndroid(android: JsonObject, found: FieldViolation[]): void {
  const field = 'message.android';
  checkLabel(android, field, found);
  const wanted = textOf(fieldOf(android, 'restricted_package_name'));
  if (wanted !== undefined && wanted !== '' && !packageName.test(wanted))
    found.push({ field: `${field}.restricted_package_name`, description: 'Invalid package name' });
  const notification = objectOf(android['notification']);
  const shown = textOf(notification['color']);
  if (shown !== undefined && !color.test(shown))
    found.push({ field: `${field}.notification.color`, description: 'Invalid color: it must be #rrggbb' });
  const time = textOf(fieldOf(notification, 'event_time'));
  if (time !== undefined && !instant.test(time)) found.push({ field: `${field}.notification.event_time`, description: 'Invalid time' });
  const count = fieldOf(notification, 'notification_count');
  if (typeof count === 'number' && count < 0)
    found.push({ field: `${field}.notification.notification_count`, description: 'Invalid count: it is negative' });
  const timings = fieldOf(notification, 'vibrate_timings');
  if (Array.isArray(timings) && timings.some((timing) => !duration.test(String(timing))))
    found.push({ field: `${field}.notification.vibrate_timings`, description: 'Invalid duration' });
  checkLights(fieldOf(notification, 'light_settings'), `${field}.notification.light_settings`, found);
}

/** All three are required. */
function checkLights(lights: unknown, field: string, found: FieldViolation[]): void {
  if (lights === undefined || lights === null) return;
  const settings = objectOf(lights);
  for (const name of ['color', 'light_on_duration', 'light_off_duration'] as const) {
    const value = name === 'color' ? settings['color'] : fieldOf(settings, name);
    if (value === undefined) found.push({ field: `${field}.${name}`, description: `${name} is required` });
  }
}

function checkApns(apns: JsonObject, found: FieldViolation[]): void {
  checkLabel(apns, 'message.apns', found);
  const headers = objectOf(apns['headers']);
  const wrong = (name: string): void => {
    found.push({ field: `message.apns.headers`, description: `Invalid APNs header: ${name}` });
  };
  const [priority, expiration, collapseId] = [headers['apns-priority'], headers['apns-expiration'], headers['apns-collapse-id']].map(
    textOf,
  );
  if (priority !== undefined && !['1', '5', '10'].includes(priority)) wrong('apns-priority');
  if (expiration !== undefined && !/^\d{1,12}$/.test(expiration)) wrong('apns-expiration');
  if (collapseId !== undefined && Buffer.byteLength(collapseId) > maxApnsCollapseId) wrong('apns-collapse-id');
}

function checkWebPush(webpush: JsonObject, found: FieldViolation[]): void {
  checkLabel(webpush, 'message.webpush', found);
  const headers = Object.entries(objectOf(webpush['headers'])).map(([name, value]) => [name.toLowerCase(), textOf(value) ?? ''] as const);
  for (const [name, value] of headers) {
    const isGood =
      (name !== 'ttl' || /^\d{1,10}$/.test(value)) &&
      (name !== 'urgency' || urgencies.includes(value)) &&
      (name !== 'topic' || /^[\w-]{1,32}$/.test(value));
    if (!isGood) found.push({ field: 'message.webpush.headers', description: `Invalid Web Push header: ${name}` });
  }
}
