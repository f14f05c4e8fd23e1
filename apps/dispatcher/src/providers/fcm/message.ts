import type { Platform } from '#libs/registry';
import { type InterruptionLevel, type JsonObject, type RenderedMessage, isJsonObject, mergeOverrides, shownFcm } from '#libs/sends';
import { apnsDeliveryHeaders } from '../apns/apns-headers.ts';
import { apsContent, isApple, isShown } from '../aps-content.ts';
import { fittingCollapseId } from '../collapse-id.ts';
import type { ProviderRequest } from '../push-provider.ts';

/** FCM has a part for each; a message carries the one that its installation needs, or all where nobody knows who is behind the address. */
export type FcmFamily = 'android' | 'apple' | 'web' | 'every';

const maxTtlSeconds = 2_419_200;
/** RFC 8030 section 5.4. */
const maxTopicCharacters = 32;
/** Android's icons lie in the app: a URL names none. */
const drawable = /^[a-z][a-z0-9_]*$/;
const notificationPriorities: Readonly<Record<InterruptionLevel, string>> = {
  passive: 'PRIORITY_LOW',
  active: 'PRIORITY_DEFAULT',
  'time-sensitive': 'PRIORITY_HIGH',
  critical: 'PRIORITY_MAX',
};

export function familyOf(platform: Platform): FcmFamily {
  if (isApple(platform)) return 'apple';
  return platform === 'web' ? 'web' : 'android';
}

const partsFor = { android: ['android'], apple: ['apns'], web: ['webpush'], every: ['android', 'apns', 'webpush'] } as const;

/** `message` of `messages:send` (providers.md 2.2) without target and data, with the author's `over` laid over it. `now`: ms, for the time to live. */
export function fcmMessage(
  message: RenderedMessage,
  request: ProviderRequest,
  family: FcmFamily,
  now: number,
  over: JsonObject,
): JsonObject {
  const shown = shownFcm(mergeOverrides(spelledAs(over, ownMessage(message, request, family, now)), over), partsFor[family]);
  const apns = shown['apns'];
  if ((family !== 'apple' && family !== 'every') || !isJsonObject(apns) || !isJsonObject(apns['payload']) || !isJsonObject(apns['headers']))
    return shown;
  const aps = apns['payload']['aps'];
  // What FCM makes an alert of is one for the headers, too.
  const seen = shown['notification'] === undefined ? aps : { alert: '', ...(isJsonObject(aps) && aps) };
  const own = isJsonObject(over['apns']) && isJsonObject(over['apns']['headers']) ? over['apns']['headers'] : {};
  return { ...shown, apns: { ...apns, headers: mergeOverrides(apnsDeliveryHeaders(request, seen), own) } };
}

/** FCM takes `collapseKey` for `collapse_key`, and refuses a message that has both: ours is spelled as the author's. */
function spelledAs(over: JsonObject, own: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => {
      const camel = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const spelled = Object.hasOwn(over, camel) ? camel : name;
      const below = over[spelled];
      return [spelled, isJsonObject(value) && isJsonObject(below) ? spelledAs(below, value) : value];
    }),
  );
}

function ownMessage(message: RenderedMessage, request: ProviderRequest, family: FcmFamily, now: number): JsonObject {
  const left = Math.min(maxTtlSeconds, Math.max(0, Math.floor((request.expiresAt - now) / 1_000)));
  const ttl = request.nowOrNever ? 0 : left;
  const { title, body, image } = message;
  const notification = isShown(message) ? { title, body, image } : undefined;
  if (family === 'every')
    return {
      notification,
      android: androidPart(message, request, ttl),
      apns: apnsPart(message, request),
      webpush: webPart(message, request, ttl),
    };
  if (family === 'apple') return { notification, apns: apnsPart(message, request) };
  if (family === 'web') return { notification, webpush: webPart(message, request, ttl) };
  return { notification, android: androidPart(message, request, ttl) };
}

function androidPart(message: RenderedMessage, { priority, collapseId, sendId }: ProviderRequest, ttl: number): JsonObject {
  const { androidChannel, sound, badge, interruptionLevel, icon, category } = message;
  const notification = {
    channel_id: androidChannel,
    // A message replaces itself when doubt makes it ring twice.
    tag: collapseId ?? sendId,
    icon: icon !== undefined && drawable.test(icon) ? icon : undefined,
    click_action: category,
    sound,
    notification_count: badge,
    notification_priority: interruptionLevel && notificationPriorities[interruptionLevel],
  };
  return {
    ttl: `${ttl}s`,
    priority: priority === 'high' ? 'HIGH' : 'NORMAL',
    // Only on the author's wish: a device takes 20 collapsible messages, then one in 3 minutes (providers.md 2.3).
    collapse_key: collapseId ?? undefined,
    notification: isShown(message) ? notification : undefined,
  };
}

function apnsPart(message: RenderedMessage, request: ProviderRequest): JsonObject {
  const image = message.image;
  const aps = apsContent(message);
  return {
    headers: apnsDeliveryHeaders(request, aps),
    payload: { aps },
    fcm_options: image === undefined ? undefined : { image },
  };
}

function webPart(message: RenderedMessage, { priority, collapseId, sendId }: ProviderRequest, ttl: number): JsonObject {
  const { title, body, icon, image, actions, link } = message;
  const topic = collapseId === null ? undefined : fittingCollapseId(collapseId, maxTopicCharacters, /^[\w-]+$/);
  const buttons = actions?.map((action) => ({ action: action.id, title: action.title }));
  return {
    headers: { TTL: String(ttl), Urgency: priority, Topic: topic },
    notification: isShown(message) ? { title, body, icon, image, actions: buttons, tag: collapseId ?? sendId } : undefined,
    fcm_options: link?.startsWith('https://') === true ? { link } : undefined,
  };
}
