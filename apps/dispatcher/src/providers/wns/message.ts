import { createHash } from 'node:crypto';
import { isJsonObject, isToastShown, mergeOverrides, objectIn, type JsonObject, type RenderedMessage } from '#libs/sends';
import { isShown } from '../aps-content.ts';
import { carillonPart } from '../carillon-part.ts';
import type { ProviderRequest } from '../push-provider.ts';
import { toastOf } from './toast.ts';
import { xmlOf } from './xml.ts';

export type WnsKind = 'toast' | 'tile' | 'badge' | 'raw';

const kinds: readonly WnsKind[] = ['toast', 'tile', 'badge', 'raw'];

/** One notification: its body, with holes in it, and the headers that say what it is, names in lower case and values in turn. */
export interface WnsMessage {
  readonly kind: WnsKind;
  readonly body: string;
  readonly headers: readonly string[];
}

/** 1 is the highest of four. */
const priorities = { high: '1', normal: '2', low: '3' } as const;
const maxTag = 16;
const tag = /^[A-Za-z0-9]{1,16}$/;

/**
 * What becomes of a message: a toast where it shows something, a badge where it has nothing but a number, raw otherwise, which wakes the app; or what its
 * overrides name. Credentials of Entra ID know toast and raw alone (providers.md 3.1). `now`: ms, for the time to live.
 */
export function wnsMessage(message: RenderedMessage, request: ProviderRequest, hasAllKinds: boolean, now: number): WnsMessage {
  const over = message.overrides?.wns ?? {};
  const wanted = kinds.find((one) => isJsonObject(over[one])) ?? (isShown(message) ? 'toast' : undefined);
  const toast = wanted === 'toast' ? mergeOverrides(toastOf(message, request.sendId), objectIn(over['toast'])) : {};
  // A toast whose texts its author took out would be dropped by the device.
  const kind = wanted === undefined || (wanted === 'toast' && !isToastShown(toast)) ? unseenKindOf(message, hasAllKinds) : wanted;
  const body = kind === 'toast' ? xmlOf('toast', toast) : bodyOf(kind, message, request.sendId, objectIn(over[kind]));
  return { kind, body, headers: headersOf(kind, message, request, over['headers'], now) };
}

function unseenKindOf(message: RenderedMessage, hasAllKinds: boolean): 'badge' | 'raw' {
  const { badge, data, link, sound } = message;
  const isBadgeAlone = badge !== undefined && data === undefined && link === undefined && sound === undefined;
  return isBadgeAlone && hasAllKinds ? 'badge' : 'raw';
}

function bodyOf(kind: Exclude<WnsKind, 'toast'>, message: RenderedMessage, sendId: string, over: JsonObject): string {
  switch (kind) {
    case 'badge':
      return xmlOf('badge', mergeOverrides({ '@value': message.badge ?? 0 }, over));
    case 'tile':
      return xmlOf('tile', over);
    case 'raw': {
      const { badge, data } = message;
      const { carillon: _, ...own } = mergeOverrides({ ...data, badge }, over);
      return `${JSON.stringify(own).slice(0, -1)}${Object.values(own).every((value) => value === undefined) ? '' : ','}"carillon":${carillonPart(sendId, message)}}`;
    }
  }
}

function headersOf(kind: WnsKind, message: RenderedMessage, request: ProviderRequest, own: unknown, now: number): string[] {
  const { collapseId, sendId, priority, nowOrNever, expiresAt } = request;
  // A message replaces itself when doubt makes it ring twice; tiles and raw ones queue up unless their author says otherwise.
  const replaced = collapseId ?? (kind === 'toast' ? sendId : undefined);
  const headers: JsonObject = {
    'x-wns-cache-policy': nowOrNever ? 'no-cache' : 'cache',
    'x-wns-tag': replaced === undefined || kind === 'badge' ? undefined : fittingTag(replaced),
    'x-wns-ttl': String(Math.max(1, Math.floor((expiresAt - now) / 1_000))),
    'x-wns-priority': priorities[priority],
    'x-wns-suppresspopup': kind === 'toast' && message.interruptionLevel === 'passive' ? 'true' : undefined,
  };
  const authors = Object.entries(objectIn(own)).map(([name, value]) => [name.toLowerCase(), value] as const);
  const merged = mergeOverrides(headers, Object.fromEntries(authors));
  return [
    'content-type', kind === 'raw' ? 'application/octet-stream' : 'text/xml',
    'x-wns-type', `wns/${kind}`,
    'x-wns-requestforstatus', 'true',
    ...Object.entries(merged).flatMap(([name, value]) => (value === undefined ? [] : [name, typeof value === 'string' ? value : JSON.stringify(value)])),
  ]; // prettier-ignore
}

/** As it is where it fits, else a hash of it: messages that should replace each other still do. */
function fittingTag(id: string): string {
  return tag.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, maxTag);
}
