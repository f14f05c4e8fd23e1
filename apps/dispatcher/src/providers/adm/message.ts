import { mergeOverrides, objectIn, type JsonObject, type RenderedMessage } from '#libs/sends';
import { isShown } from '../aps-content.ts';
import { carillonPart } from '../carillon-part.ts';
import { fittingCollapseId } from '../collapse-id.ts';
import type { ProviderRequest } from '../push-provider.ts';

const maxConsolidationKey = 64;
/** Less is refused. */
const minSeconds = 60;
const maxSeconds = 2_678_400;
/** Icons lie in the app: a URL names none. */
const drawable = /^[a-z][a-z0-9_]*$/;

/** A message of ADM without its checksum; data is text only, our part of it as JSON. */
export interface AdmMessage {
  readonly data: Readonly<Record<string, string>>;
  /** Everything else. */
  readonly rest: JsonObject;
}

/** `ADMMessage@1.0` (providers.md 5.1), with the author's overrides laid over it. `now`: ms, for the time to live. */
export function admMessage(message: RenderedMessage, request: ProviderRequest, now: number): AdmMessage {
  const { notification: overNotification, data: overData, ...over } = message.overrides?.adm ?? {};
  const { carillon: _, ...own } = mergeOverrides(message.data ?? {}, objectIn(overData));
  const data = { ...textsOf(own), carillon: carillonPart(request.sendId, message) };
  const notification = overNotification === null ? {} : mergeOverrides(notificationOf(message, request), objectIn(overNotification));
  const hasText = [notification['title'], notification['body'], notification['title_loc_key'], notification['body_loc_key']].some(isText);
  const { expiresAfter, ...rest } = mergeOverrides(deliveryOf(request, now), over);
  return { data, rest: { ...rest, expiresAfter: wholeNumber(expiresAfter), ...(hasText && { notification }) } };
}

function notificationOf(message: RenderedMessage, { collapseId, sendId }: ProviderRequest): JsonObject {
  if (!isShown(message)) return {};
  const { title, body, icon, image, sound, category, androidChannel } = message;
  return {
    title,
    body,
    icon: icon !== undefined && drawable.test(icon) ? icon : undefined,
    image,
    sound,
    click_action: category,
    channel_id: androidChannel,
    // A message replaces itself when doubt makes it ring twice.
    tag: collapseId ?? sendId,
  };
}

function deliveryOf({ collapseId, sendId, priority, nowOrNever, expiresAt }: ProviderRequest, now: number): JsonObject {
  const left = Math.floor((expiresAt - now) / 1_000);
  return {
    consolidationKey: fittingCollapseId(collapseId ?? sendId, maxConsolidationKey, /^[\x20-\x7e]+$/),
    expiresAfter: nowOrNever ? minSeconds : Math.min(maxSeconds, Math.max(minSeconds, left)),
    priority: priority === 'high' ? 'high' : 'normal',
  };
}

function textsOf(data: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]));
}

/** Liquid makes texts. */
function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
