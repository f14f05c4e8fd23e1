import { isJsonObject, mergeOverrides, objectIn, shownWebPush, type JsonObject, type RenderedMessage } from '#libs/sends';
import { isShown } from '../aps-content.ts';
import { carillonPart } from '../carillon-part.ts';
import { fittingCollapseId } from '../collapse-id.ts';
import type { ProviderRequest } from '../push-provider.ts';

/** FCM's, the shortest of all push services. */
const maxTtlSeconds = 2_419_200;
/** RFC 8030 section 5.4. */
const maxTopicCharacters = 32;
const topic = /^[\w-]+$/;

/**
 * The JSON that a service worker gets, with the author's overrides laid over it: `notification` as `showNotification` takes it, its title among the
 * rest; `badge`, `data`, `link`; and the platform's part. Holes stand for what each message has of its own.
 */
export function webPushPayload(message: RenderedMessage, request: ProviderRequest): string {
  const { headers: _, ...over } = message.overrides?.webpush ?? {};
  const { carillon: __, ...content } = shownWebPush(mergeOverrides(ownPayload(message, request), over));
  const members = JSON.stringify(content).slice(1, -1);
  return `{${members === '' ? '' : `${members},`}"carillon":${carillonPart(request.sendId, message)}}`;
}

function ownPayload(message: RenderedMessage, { collapseId, sendId }: ProviderRequest): JsonObject {
  const { title, body, icon, image, actions, badge, data, silent, interruptionLevel } = message;
  const notification = {
    ...{ title, body, icon, image },
    actions: actions?.map((action) => ({ action: action.id, title: action.title })),
    // A message replaces itself when doubt makes it ring twice.
    tag: collapseId ?? sendId,
    requireInteraction: interruptionLevel === 'critical' ? true : undefined,
    silent: interruptionLevel === 'passive' ? true : undefined,
  };
  return { notification: silent !== true && isShown(message) ? notification : undefined, badge, data };
}

/** `TTL`, `Urgency` and `Topic`, names and values in turn. `now`: ms. */
export function webPushHeaders(message: RenderedMessage, request: ProviderRequest, now: number): readonly string[] {
  const { priority, collapseId, expiresAt, nowOrNever } = request;
  const left = Math.min(maxTtlSeconds, Math.max(0, Math.floor((expiresAt - now) / 1_000)));
  const own = {
    ttl: String(nowOrNever ? 0 : left),
    urgency: priority,
    topic: collapseId === null ? undefined : fittingCollapseId(collapseId, maxTopicCharacters, topic),
  };
  const headers = mergeOverrides(own, lowerCased(objectIn(message.overrides?.webpush?.['headers'])));
  return ['ttl', 'urgency', 'topic'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' || typeof value === 'number' ? [name, String(value)] : [];
  });
}

function lowerCased(headers: JsonObject): JsonObject {
  return isJsonObject(headers) ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) : {};
}
