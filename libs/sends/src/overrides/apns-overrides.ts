import type { MessageTemplate } from '../message.ts';
import { apnsPayloadShape } from './apns-shape.ts';
import { isJsonObject, mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import { textsOf } from './message-texts.ts';
import type { OverrideRules } from './override-rules.ts';
import { isKnownLater, type ShapeProblem } from './shape.ts';
import { isAlertShown } from './apns-visible.ts';

const maxCollapseId = 64;

/** Headers of APNs that a message may set, and the form of their values. */
const apnsHeaders: ReadonlyMap<string, { readonly form: RegExp; readonly wanted: string }> = new Map([
  ['apns-priority', { form: /^(?:1|5|10)$/, wanted: '1, 5 or 10' }],
  ['apns-expiration', { form: /^\d{1,10}$/, wanted: 'a UNIX time in seconds, or 0' }],
  ['apns-collapse-id', { form: /^[\x21-\x7e]+$/, wanted: `1 to ${maxCollapseId} visible ASCII characters` }],
  ['apns-push-type', { form: /^(?:alert|background)$/, wanted: 'alert or background' }],
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
  beside: ({ headers }, message) => [...headerProblems(headers), ...pushTypeProblems(headers, message)],
  blank: leftBlankOf,
};

function headerProblems(headers: unknown): ShapeProblem[] {
  const place = ['apns', 'headers'];
  if (headers === undefined || headers === null) return [];
  if (!isJsonObject(headers)) return [{ path: place, message: 'Must be an object of headers' }];
  return Object.entries(headers).flatMap(([name, value]) => {
    const problem = apnsHeaderProblem(name, isKnownLater(value) ? null : value);
    return problem === undefined ? [] : [{ path: [...place, name], message: problem }];
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
  const { aps: merged, headers: _, ...beside } = mergeOverrides({ ...data, aps: { alert: texts, badge, sound } }, over);
  const aps = objectIn(merged);
  if (isAlertShown(aps['alert'])) return undefined;
  const left = [aps['badge'], aps['sound'], aps['content-available'] === 1 ? 1 : undefined, link, ...Object.values(beside)];
  const path = isJsonObject(over['aps']) ? ['apns', 'aps', 'alert'] : ['apns', 'aps'];
  return { path, devices: ['Apple devices'], isNothing: left.every((value) => value === undefined) };
}
