import { isObject, type JsonObject } from '../devices/delivery.ts';
import type { FieldViolation } from './errors.ts';

/** What a JSON value may be; `map` is string to string, `struct` any object, a record the fields of a message. */
type Shape = 'string' | 'boolean' | 'integer' | 'number' | 'duration' | 'map' | 'struct' | 'strings' | readonly string[] | Fields;
interface Fields {
  readonly [name: string]: Shape;
}

/** The fields that are read by name, and how the JSON form of protocol buffers may write them. */
const camelCase = {
  ...{ validate_only: 'validateOnly', collapse_key: 'collapseKey', fcm_options: 'fcmOptions', analytics_label: 'analyticsLabel' },
  ...{ restricted_package_name: 'restrictedPackageName', event_time: 'eventTime', notification_count: 'notificationCount' },
  ...{ vibrate_timings: 'vibrateTimings', light_settings: 'lightSettings' },
  ...{ light_on_duration: 'lightOnDuration', light_off_duration: 'lightOffDuration' },
} as const;
type FieldName = keyof typeof camelCase;

const color: Fields = { red: 'number', green: 'number', blue: 'number', alpha: 'number' };
const analytics: Fields = { analytics_label: 'string' };

const androidNotification: Fields = {
  ...{ title: 'string', body: 'string', icon: 'string', color: 'string', sound: 'string', tag: 'string', click_action: 'string' },
  ...{ body_loc_key: 'string', body_loc_args: 'strings', title_loc_key: 'string', title_loc_args: 'strings', channel_id: 'string' },
  ...{ ticker: 'string', sticky: 'boolean', event_time: 'string', local_only: 'boolean', default_sound: 'boolean', image: 'string' },
  ...{ default_vibrate_timings: 'boolean', default_light_settings: 'boolean', vibrate_timings: 'strings', notification_count: 'integer' },
  ...{ bypass_proxy_notification: 'boolean', light_settings: { color, light_on_duration: 'duration', light_off_duration: 'duration' } },
  notification_priority: ['PRIORITY_UNSPECIFIED', 'PRIORITY_MIN', 'PRIORITY_LOW', 'PRIORITY_DEFAULT', 'PRIORITY_HIGH', 'PRIORITY_MAX'],
  visibility: ['VISIBILITY_UNSPECIFIED', 'PRIVATE', 'PUBLIC', 'SECRET'],
  proxy: ['PROXY_UNSPECIFIED', 'ALLOW', 'DENY', 'IF_PRIORITY_LOWERED'],
};

const android: Fields = {
  ...{ collapse_key: 'string', priority: ['NORMAL', 'HIGH', 'normal', 'high'], ttl: 'duration', restricted_package_name: 'string' },
  ...{ data: 'map', notification: androidNotification, fcm_options: analytics, direct_boot_ok: 'boolean' },
  ...{ bandwidth_constrained_ok: 'boolean', restricted_satellite_ok: 'boolean' },
};

const request: Fields = {
  validate_only: 'boolean',
  message: {
    ...{ name: 'string', data: 'map', notification: { title: 'string', body: 'string', image: 'string' }, android },
    webpush: { headers: 'map', data: 'map', notification: 'struct', fcm_options: { ...analytics, link: 'string' } },
    apns: { headers: 'map', payload: 'struct', live_activity_token: 'string', fcm_options: { ...analytics, image: 'string' } },
    ...{ fcm_options: analytics, token: 'string', topic: 'string', condition: 'string', fid: 'string' },
  },
};

/** A field by the name of its definition, or by that name in lowerCamelCase, as the JSON form of protocol buffers takes both. */
export function fieldOf(object: JsonObject, name: FieldName): unknown {
  return object[name] ?? object[camelCase[name]];
}

/** What Google's JSON layer finds wrong with the body of `messages:send`: unknown names and wrong types, each with its field. */
export function shapeViolations(body: JsonObject): FieldViolation[] {
  const found: FieldViolation[] = [];
  checkFields(body, request, '', found);
  return found;
}

function checkFields(object: JsonObject, fields: Fields, path: string, found: FieldViolation[]): void {
  for (const name in object) {
    const value = object[name];
    const shape = shapeOf(fields, name);
    if (shape === undefined) {
      const description = `Invalid JSON payload received. Unknown name "${name.slice(0, 100)}"${path === '' ? '' : ` at '${path}'`}: Cannot find field.`;
      found.push(path === '' ? { description } : { field: path, description });
    } else if (value !== null) check(value, shape, path, name, found);
  }
}

function shapeOf(fields: Fields, name: string): Shape | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(fields, snake) ? fields[snake] : undefined;
}

function check(value: unknown, shape: Shape, parent: string, name: string, found: FieldViolation[]): void {
  if (shape === 'map') {
    if (isObject(value)) checkMap(value, pathOf(parent, name), found);
    else found.push(wrongType(pathOf(parent, name), 'map', value));
  } else if (typeof shape === 'object' && !isList(shape)) {
    if (isObject(value)) checkFields(value, shape, pathOf(parent, name), found);
    else found.push(wrongType(pathOf(parent, name), 'message', value));
  } else if (!fits(value, shape)) {
    found.push(wrongType(pathOf(parent, name), typeof shape === 'string' ? shape : 'enum', value));
  }
}

function pathOf(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

function checkMap(map: JsonObject, path: string, found: FieldViolation[]): void {
  let index = 0;
  for (const key in map) {
    if (typeof map[key] !== 'string') found.push(wrongType(`${path}[${index}].value`, 'string', map[key]));
    index += 1;
  }
}

/** The JSON form of protocol buffers takes numbers as texts, too. */
function fits(value: unknown, shape: Exclude<Shape, Fields>): boolean {
  if (typeof shape !== 'string') return typeof value === 'string' && shape.includes(value);
  switch (shape) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value) || (typeof value === 'string' && /^-?\d{1,10}$/.test(value));
    case 'number':
      return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value));
    case 'duration':
      return typeof value === 'string' && /^-?\d{1,12}(?:\.\d{1,9})?s$/.test(value);
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'struct':
    case 'map':
      return isObject(value);
  }
}

function isList(shape: readonly string[] | Fields): shape is readonly string[] {
  return Array.isArray(shape);
}

function wrongType(field: string, type: string, value: unknown): FieldViolation {
  return { field, description: `Invalid value at '${field}' (TYPE_${type.toUpperCase()}), ${JSON.stringify(value).slice(0, 100)}` };
}
