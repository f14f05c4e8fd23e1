import { apnsPayloadShape } from './apns-shape.ts';
import { isJsonObject } from './merge-overrides.ts';
import { headersOf } from './override-headers.ts';
import {
  anything,
  duration,
  durationUpTo,
  flag,
  listOf,
  objectOf,
  oneOf,
  struct,
  text,
  textOf,
  texts,
  valueOf,
  type Shape,
  type ShapeProblem,
} from './shape.ts';

const maxTtlSeconds = 2_419_200;
const ttl = durationUpTo(maxTtlSeconds);
/** The JSON form of protocol buffers takes numbers as texts, too. */
const count = valueOf((value) => /^\d{1,10}$/.test(String(value)), 'a whole number from 0');
const part = valueOf((value) => value !== '' && ['number', 'string'].includes(typeof value) && Number.isFinite(Number(value)), 'a number');
const label = textOf(/^[a-zA-Z0-9\-_.~%]{0,50}$/, '1 to 50 of a-z, A-Z, 0-9 and -_.~%');
const analytics = fields({ analytics_label: label });

const light = fields({ red: part, green: part, blue: part, alpha: part });
const lights: Shape = (value, path) => {
  const found = fields({ color: light, light_on_duration: duration, light_off_duration: duration })(value, path);
  const given = new Set(isJsonObject(value) ? Object.keys(value).map(snakeCase) : []);
  const missing = ['color', 'light_on_duration', 'light_off_duration'].filter((name) => !given.has(name));
  return isJsonObject(value) ? [...found, ...missing.map((name) => ({ path: [...path, name], message: 'Is required' }))] : found;
};

const androidNotification = fields({
  ...{ title: text, body: text, icon: text, sound: text, tag: text, click_action: text, image: text, channel_id: text, ticker: text },
  ...{ body_loc_key: text, body_loc_args: texts, title_loc_key: text, title_loc_args: texts },
  ...{ sticky: flag, local_only: flag, default_sound: flag, default_vibrate_timings: flag, default_light_settings: flag },
  ...{ bypass_proxy_notification: flag, notification_count: count, vibrate_timings: listOf(duration), light_settings: lights },
  color: textOf(/^#[0-9a-fA-F]{6}$/, 'a color as #rrggbb'),
  event_time: textOf(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/, 'an RFC 3339 time'),
  notification_priority: oneOf(['UNSPECIFIED', 'MIN', 'LOW', 'DEFAULT', 'HIGH', 'MAX'].map((name) => `PRIORITY_${name}`)),
  visibility: oneOf(['VISIBILITY_UNSPECIFIED', 'PRIVATE', 'PUBLIC', 'SECRET']),
  proxy: oneOf(['PROXY_UNSPECIFIED', 'ALLOW', 'DENY', 'IF_PRIORITY_LOWERED']),
});

const android = fields({
  ...{ collapse_key: text, priority: oneOf(['NORMAL', 'HIGH', 'normal', 'high']), ttl, data: anything, notification: androidNotification },
  restricted_package_name: textOf(/^(?:[A-Za-z]\w*(?:\.[A-Za-z]\w*)+)?$/, 'the name of a package'),
  ...{ fcm_options: analytics, direct_boot_ok: flag, bandwidth_constrained_ok: flag, restricted_satellite_ok: flag },
});

const webpush = fields({
  headers: headersOf({
    ttl: textOf(/^\d{1,10}$/, 'seconds, as a text'),
    urgency: oneOf(['very-low', 'low', 'normal', 'high']),
    topic: textOf(/^[\w-]{1,32}$/, '1 to 32 of a-z, A-Z, 0-9, - and _'),
  }),
  ...{ data: anything, notification: struct },
  fcm_options: fields({ analytics_label: label, link: textOf(/^https:\/\//, 'an https URL') }),
});

const apns = fields({
  headers: headersOf({
    'apns-priority': textOf(/^(?:1|5|10)$/, '1, 5 or 10, as a text'),
    'apns-expiration': textOf(/^\d{1,12}$/, 'a UNIX time in seconds, or 0, as a text'),
    'apns-collapse-id': valueOf((id) => typeof id === 'string' && Buffer.byteLength(id) <= 64, 'a text of at most 64 bytes'),
  }),
  ...{ payload: apnsPayloadShape, live_activity_token: text, fcm_options: fields({ analytics_label: label, image: text }) },
});

/** `message` of FCM v1 ("REST Resource: projects.messages"). Targets and maps of data, which are the platform's business, are looked at on their own. */
export const fcmMessageShape: Shape = fields({
  ...{ name: anything, token: anything, topic: anything, condition: anything, fid: anything, data: anything },
  notification: fields({ title: text, body: text, image: text }),
  ...{ android, webpush, apns, fcm_options: analytics },
});

/** Fields by their names, or by those names in lowerCamelCase: the JSON form of protocol buffers takes both. */
function fields(known: Readonly<Record<string, Shape>>): Shape {
  const camel = Object.fromEntries(Object.entries(known).map(([name, shape]) => [name.replaceAll(/_([a-z])/g, upper), shape]));
  const each = objectOf({ ...known, ...camel });
  return (value, path) => [...twice(value, path), ...each(value, path)];
}

/** FCM refuses a member that is there by both of its names; null takes one out. */
function twice(value: unknown, path: readonly string[]): ShapeProblem[] {
  if (!isJsonObject(value)) return [];
  const given = Object.keys(value).filter((name) => value[name] !== null);
  return given.flatMap((name) => {
    const other = name === snakeCase(name) ? undefined : snakeCase(name);
    return other !== undefined && given.includes(other)
      ? [{ path: [...path, name], message: `Is the same member as ${other}: keep one of the two` }]
      : [];
  });
}

function upper(_: string, letter: string): string {
  return letter.toUpperCase();
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
