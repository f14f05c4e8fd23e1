import type { MessageTemplate } from '../message.ts';
import { APNS_PUSH_TYPES, isOfMessage } from './apns-push-types.ts';
import { apnsPayloadShape } from './apns-shape.ts';
import { isJsonObject, mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import { textsOf } from './message-texts.ts';
import type { OverrideRules } from './override-rules.ts';
import { repeatedHeaders } from './override-headers.ts';
import { isKnownLater, type ShapeProblem } from './shape.ts';
import { isAlertShown } from './apns-visible.ts';

const maxCollapseId = 64;
const pushTypes = Object.keys(APNS_PUSH_TYPES);

/** Headers of APNs that a message may set, and the form of their values. */
const apnsHeaders: ReadonlyMap<string, { readonly form: RegExp; readonly wanted: string }> = new Map([
  ['apns-priority', { form: /^(?:1|5|10)$/, wanted: '1, 5 or 10' }],
  ['apns-expiration', { form: /^\d{1,10}$/, wanted: 'a UNIX time in seconds, or 0' }],
  ['apns-collapse-id', { form: /^[\x21-\x7e]+$/, wanted: `1 to ${maxCollapseId} visible ASCII characters` }],
  ['apns-push-type', { form: new RegExp(`^(?:${pushTypes.join('|')})$`), wanted: `one of ${pushTypes.join(', ')}` }],
]);
/** Whose values say who sends to whom: the platform's business. */
const platformsOwn = new Set(['apns-topic', 'apns-id', 'apns-unique-id', 'apns-request-id', 'apns-channel-id', 'authorization']);

/** What is wrong with a header in `overrides.apns.headers`, as a sentence; undefined: nothing. null takes the header out. `value` may be a whole number. */
export function apnsHeaderProblem(name: string, value: unknown): string | undefined {
  const known = apnsHeaders.get(name.toLowerCase());
  if (platformsOwn.has(name.toLowerCase())) return 'The platform sets this header itself';
  if (!known) return `APNs takes no such header here; it takes ${[...apnsHeaders.keys()].join(', ')}`;
  if (value === null) return undefined;
  const text = typeof value === 'number' ? String(value) : value;
  const isGood = typeof text === 'string' && text.length <= maxCollapseId && known.form.test(text);
  return isGood ? undefined : `Must be ${known.wanted}`;
}

/** `headers` are headers of APNs; the rest is its payload. */
export const apnsOverrides: OverrideRules = {
  platformsOwn: [['carillon']],
  shape: ({ headers: _, ...payload }) => apnsPayloadShape(payload, ['apns']),
  beside: (over, message) => [...headerProblems(over['headers']), ...typeProblems(over), ...pushTypeProblems(over['headers'], message)],
  blank: leftBlankOf,
  // A message without a text of ours would wake the app; whether this one does, its author says.
  ofTemplate: (body) => ({ ...body, aps: { 'content-available': null, ...objectIn(body['aps']) } }),
};

function headerProblems(headers: unknown): ShapeProblem[] {
  const place = ['apns', 'headers'];
  if (headers === undefined || headers === null) return [];
  if (!isJsonObject(headers)) return [{ path: place, message: 'Must be an object of headers' }];
  const wrong = Object.entries(headers).flatMap(([name, value]) => {
    const problem = apnsHeaderProblem(name, isKnownLater(value) ? null : value);
    return problem === undefined ? [] : [{ path: [...place, name], message: problem }];
  });
  return [...wrong, ...repeatedHeaders(headers, place)];
}

/** The type that a message says it is of, in whatever case its header is written; undefined: none. */
export function ownPushType(headers: unknown): string | undefined {
  const said = isJsonObject(headers) ? Object.entries(headers).find(([name]) => name.toLowerCase() === 'apns-push-type')?.[1] : undefined;
  return typeof said === 'string' ? said : undefined;
}

/** What the type that a message says wants of its payload and priority. */
function typeProblems({ headers, aps }: JsonObject): ShapeProblem[] {
  const said = ownPushType(headers);
  const type = said === undefined ? undefined : APNS_PUSH_TYPES[said];
  if (!type) return [];
  const inAps = objectIn(aps);
  const missing = (type.needsToo?.(inAps) ?? []).map((name) => [name, undefined] as const);
  return [...Object.entries(type.needs ?? {}), ...missing].flatMap(([name, value]): ShapeProblem[] => {
    const given = inAps[name];
    const path = ['apns', 'aps', name];
    if (value === undefined) return (given ?? null) === null ? [{ path, message: `Is required of a push of type ${said ?? ''}` }] : [];
    // What has one value alone is set where it is missing.
    return given === undefined || given === value
      ? []
      : [{ path, message: `Must be ${JSON.stringify(value)} of a push of type ${said ?? ''}` }];
  });
}

/** APNs refuses a push that shows more than its type says. */
function pushTypeProblems(headers: unknown, message: MessageTemplate): ShapeProblem[] {
  const texts = textsOf(message);
  if (!isJsonObject(headers) || Object.keys(texts).length === 0 || leftBlankOf(message.overrides?.apns ?? {}, message, texts)) return [];
  return Object.entries(headers)
    .filter(([name, value]) => name.toLowerCase() === 'apns-push-type' && value === 'background')
    .map(([name]) => ({ path: ['apns', 'headers', name], message: 'A message that shows something is no background push' }));
}

function leftBlankOf(over: JsonObject, { badge, sound, data, link }: MessageTemplate, texts: JsonObject) {
  const said = ownPushType(over['headers']);
  if (said !== undefined && !isOfMessage(said)) return undefined; // of a push of such a type the app decides what is shown
  const { aps: merged, headers: _, ...beside } = mergeOverrides({ ...data, aps: { alert: texts, badge, sound } }, over);
  const aps = objectIn(merged);
  if (isAlertShown(aps['alert'])) return undefined;
  const left = [aps['badge'], aps['sound'], aps['content-available'] === 1 ? 1 : undefined, link, ...Object.values(beside)];
  const path = isJsonObject(over['aps']) ? ['apns', 'aps', 'alert'] : ['apns', 'aps'];
  return { path, devices: ['Apple devices'], isNothing: left.every((value) => value === undefined) };
}
