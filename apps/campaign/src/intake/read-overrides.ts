import { pointerTo } from '#libs/api';
import { apnsHeaderProblem, apnsPayloadShape, fcmMessageShape, isReservedDataKey, leftBlank, type MessageTemplate } from '#libs/sends';
import type { SendProblem } from './send-invalid.ts';

type Path = readonly string[];

const liquid = /\{\{|\{%/;
/** What the platform says itself, whatever an author writes. */
const platformsOwn: readonly Path[] = [
  ['apns', 'carillon'],
  ...['token', 'topic', 'condition', 'fid', 'name'].map((name) => ['fcm', name]),
  ['fcm', 'data', 'carillon'],
];
/** FCM's maps of data: texts only, of any names but those that it takes for its own. */
const fcmData: readonly Path[] = [
  ['fcm', 'data'],
  ['fcm', 'android', 'data'],
  ['fcm', 'webpush', 'data'],
];

/** What a provider would refuse of `overrides`, or the platform leave out; null takes a member out and is never wrong there. */
export function overrideProblems(message: MessageTemplate): SendProblem[] {
  const { overrides = {} } = message;
  const own = platformsOwn
    .filter((path) => (at(overrides, path) ?? null) !== null)
    .map((path) => problemAt(path, 'The platform sets this itself'));
  const { headers: _, ...payload } = overrides.apns ?? {};
  const shape = [...apnsPayloadShape(payload, ['apns']), ...fcmMessageShape(overrides.fcm ?? {}, ['fcm'])];
  // What has the wrong form would be called blank as well.
  const nothing = shape.length > 0 ? [] : leftBlank(message).filter(({ isNothing }) => isNothing);
  return [
    ...own,
    ...nothing.map(({ path }) => problemAt(path, 'Leaves no title and no body, and there is nothing else to send')),
    ...shape.map(({ path, message }) => problemAt(path, message)),
    ...headerProblems(at(overrides, ['apns', 'headers'])),
    ...pushTypeProblems(message),
    ...fcmData.flatMap((path) => dataProblems(path, at(overrides, path))),
  ];
}

function headerProblems(headers: unknown): SendProblem[] {
  const place = ['apns', 'headers'];
  if (headers === undefined || headers === null) return [];
  if (!isObject(headers)) return [problemAt(place, 'Must be an object of headers')];
  return Object.entries(headers).flatMap(([name, value]) => {
    const isKnownLater = typeof value === 'string' && liquid.test(value);
    const problem = apnsHeaderProblem(name, isKnownLater ? null : value);
    return problem === undefined ? [] : [problemAt([...place, name], problem)];
  });
}

/** APNs refuses a push that shows more than its type says. */
function pushTypeProblems(message: MessageTemplate): SendProblem[] {
  const headers = at(message.overrides, ['apns', 'headers']);
  const everywhere = [message, ...Object.values(message.localized ?? {})];
  const hasText = everywhere.some(({ title = '', body = '' }) => title !== '' || body !== '');
  if (!isObject(headers) || message.silent === true || !hasText || leftBlank(message).some(({ provider }) => provider === 'apns'))
    return [];
  return Object.entries(headers)
    .filter(([name, value]) => name.toLowerCase() === 'apns-push-type' && value === 'background')
    .map(([name]) => problemAt(['apns', 'headers', name], 'A message that shows something is no background push'));
}

function dataProblems(place: Path, data: unknown): SendProblem[] {
  if (data === undefined || data === null) return [];
  if (!isObject(data)) return [problemAt(place, 'Must be an object of texts')];
  return Object.entries(data).flatMap(([key, value]): SendProblem[] => {
    if (key !== 'carillon' && isReservedDataKey(key)) {
      return [{ ...problemAt([...place, key], 'Providers or the platform use this key themselves'), code: 'reserved_data_key' }];
    }
    return value === null || typeof value === 'string' ? [] : [problemAt([...place, key], 'FCM takes texts only')];
  });
}

function at(overrides: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (isObject(value) ? value[step] : undefined), overrides);
}

function problemAt(path: Path, message: string): SendProblem {
  return { pointer: pointerTo(['message', 'overrides', ...path]), message };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
