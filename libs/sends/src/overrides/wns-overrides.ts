import { isJsonObject, mergeOverrides, objectIn, type JsonObject } from './merge-overrides.ts';
import { repeatedHeaders } from './override-headers.ts';
import type { OverrideRules } from './override-rules.ts';
import { isKnownLater, objectOf, struct, textOf, valueOf, type Shape, type ShapeProblem } from './shape.ts';

/** A notification is of one kind: what an author names here, it is. */
const kinds = ['toast', 'tile', 'badge', 'raw'] as const;
const glyphs = [
  'none',
  'activity',
  'alert',
  'alarm',
  'available',
  'away',
  'busy',
  'newMessage',
  'paused',
  'playing',
  'unavailable',
  'error',
  'attention',
];
const elementName = /^[A-Za-z_][\w.-]*$/;
const attributeName = /^@(?:xml:lang|[A-Za-z_][\w.-]*)$/;
const scalar = valueOf((value) => ['string', 'number', 'boolean'].includes(typeof value), 'a text, a number, true or false');

/** Headers of WNS that a message may set (Microsoft: "Push notification service request and response headers"). */
const headers: Readonly<Record<string, Shape>> = {
  'x-wns-tag': textOf(/^[A-Za-z0-9]{1,16}$/, '1 to 16 letters and digits'),
  'x-wns-group': textOf(/^[A-Za-z0-9]{1,16}$/, '1 to 16 letters and digits'),
  'x-wns-ttl': valueOf((value) => /^[1-9]\d{0,6}$/.test(String(value)), 'seconds, from 1'),
  'x-wns-priority': valueOf((value) => /^[1-4]$/.test(String(value)), '1 (highest) to 4'),
  'x-wns-suppresspopup': valueOf((value) => /^(?:true|false)$/.test(String(value)), 'true or false'),
  'x-wns-cache-policy': textOf(/^(?:cache|no-cache)$/, 'cache or no-cache'),
};

const shape = objectOf({ headers: headersShape, toast: element, tile: element, badge: element, raw: struct });

/**
 * `toast`, `tile` and `badge` are XML as objects: members that begin with `@` are attributes, `#text` is text, all others elements, several of one name in
 * a list. `toast` and `raw` are laid over what the message becomes by itself.
 */
export const wnsOverrides: OverrideRules = {
  hasNoTemplates: true,
  platformsOwn: [
    ['toast', '@launch'],
    ['raw', 'carillon'],
  ],
  shape: (over) => shape(over, ['wns']),
  beside: (over) => [...kindProblems(over), ...badgeProblems(over['badge']), ...groupProblems(over)],
  blank: (over, { data, link }, texts) => {
    if (kinds.some((kind) => kind !== 'toast' && isJsonObject(over[kind]))) return undefined;
    const toast = mergeOverrides({ visual: { binding: { text: Object.values(texts) } } }, objectIn(over['toast']));
    if (isToastShown(toast)) return undefined;
    const isNothing = link === undefined && Object.keys(data ?? {}).length === 0;
    return { path: ['wns', 'toast', 'visual'], devices: ['Windows'], isNothing };
  },
};

/** Whether Windows shows something of a toast: its binding has a text. */
export function isToastShown(toast: JsonObject): boolean {
  const { visual } = toast;
  const bindings = [objectIn(visual)['binding']].flat();
  const texts = bindings.flatMap((binding) => [objectIn(binding)['text']].flat());
  return texts.some((text) => ((isJsonObject(text) ? text['#text'] : text) ?? '') !== '');
}

/** Names of headers in any case. */
function headersShape(value: unknown, path: readonly string[]): ShapeProblem[] {
  if (!isJsonObject(value)) return struct(value, path);
  const wrong = Object.entries(value).flatMap(([name, header]) => {
    const form = headers[name.toLowerCase()];
    if (!form) return [{ path: [...path, name], message: `WNS takes no such header here; it takes ${Object.keys(headers).join(', ')}` }];
    return header === null ? [] : form(header, [...path, name]);
  });
  return [...wrong, ...repeatedHeaders(value, path)];
}

function element(value: unknown, path: readonly string[]): ShapeProblem[] {
  if (!isJsonObject(value)) return struct(value, path);
  return Object.entries(value).flatMap(([name, part]) => {
    const place = [...path, name];
    if (part === null) return [];
    if (name === '#text' || attributeName.test(name)) return scalar(part, place);
    if (!elementName.test(name)) return [{ path: place, message: 'Must be the name of an element, or of an attribute with @ before it' }];
    return [part].flat().flatMap((one) => (isJsonObject(one) ? element(one, place) : scalar(one, place)));
  });
}

function kindProblems(over: JsonObject): ShapeProblem[] {
  const given = kinds.filter((kind) => isJsonObject(over[kind]));
  if (given.length <= 1) return [];
  return given.slice(1).map((kind) => ({ path: ['wns', kind], message: `A notification is of one kind, and this one is a ${given[0]}` }));
}

function badgeProblems(badge: unknown): ShapeProblem[] {
  const value = objectIn(badge)['@value'];
  const isNumber = (typeof value === 'number' || typeof value === 'string') && /^\d{1,5}$/.test(String(value));
  if (value === undefined || isNumber || isKnownLater(value) || glyphs.includes(value as string)) return [];
  return [{ path: ['wns', 'badge', '@value'], message: `Must be a whole number or one of ${glyphs.join(', ')}` }];
}

/** Toasts alone have groups. */
function groupProblems(over: JsonObject): ShapeProblem[] {
  const other = kinds.find((kind) => kind !== 'toast' && isJsonObject(over[kind]));
  const name = Object.keys(objectIn(over['headers'])).find((header) => header.toLowerCase() === 'x-wns-group');
  return other && name !== undefined ? [{ path: ['wns', 'headers', name], message: 'Only toasts have a group' }] : [];
}
