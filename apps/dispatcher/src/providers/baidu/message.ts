import { isJsonObject, isBaiduShown, mergeOverrides, type JsonObject, type RenderedMessage } from '#libs/sends';
import { apsContent, isShown, textOr } from '../aps-content.ts';
import { carillonPart } from '../carillon-part.ts';
import type { ProviderRequest } from '../push-provider.ts';

const maxExpirySeconds = 604_800;
/** Baidu has an app of its own for each. */
export type BaiduFamily = 'android' | 'apple';
const deviceTypes = { android: '3', apple: '4' } as const;
const deployStatus = { sandbox: '1', production: '2' } as const;

/** Bits of `notification_basic_style`: it can be cleared (1), shakes (2), rings (4). */
const quietStyle = 1;
const loudStyle = 7;
/** Opens the app, which learns the link from our part. */
const openApp = 2;

/** The parameters of `push/single_device` that are the same for many, and `msg`, which has holes. */
export interface BaiduMessage {
  readonly parameters: Readonly<Record<string, string>>;
  /** JSON. */
  readonly msg: string;
}

/**
 * providers.md 6.2, with the author's `over` laid over it: `msg` as an object, the parameters beside it. `now`: ms, for the time to live.
 */
export function baiduMessage(
  message: RenderedMessage,
  request: ProviderRequest,
  { family, environment }: { readonly family: BaiduFamily; readonly environment: 'production' | 'sandbox' },
  now: number,
): BaiduMessage {
  const own = { msg: family === 'apple' ? appleMsg(message) : androidMsg(message), msg_expires: expiryOf(request, now) };
  const { msg: merged, msg_type: asked, msg_expires, deploy_status, topic_id } = mergeOverrides(own, message.overrides?.baidu ?? {});
  const msg = withOurPart(isJsonObject(merged) ? merged : {}, message, request, family);
  const isNotification = family === 'apple' || isBaiduShown(msg);
  const parameters = {
    device_type: deviceTypes[family],
    // Whatever was asked for, a notification without words is none.
    msg_type: isNotification && (asked ?? 1) !== 0 && asked !== '0' ? '1' : '0',
    msg_expires,
    deploy_status: family === 'apple' ? (deploy_status ?? deployStatus[environment]) : undefined,
    topic_id,
  };
  return { parameters: textsOf(parameters), msg: JSON.stringify(msg) };
}

function expiryOf({ nowOrNever, expiresAt }: ProviderRequest, now: number): number {
  return nowOrNever ? 0 : Math.max(1, Math.min(maxExpirySeconds, Math.floor((expiresAt - now) / 1_000)));
}

/** Baidu shows a title (the app's name where there is none) and a description, which it requires. */
function androidMsg(message: RenderedMessage): JsonObject {
  const { title, body, data, interruptionLevel } = message;
  const shown = {
    title: body ? title : undefined,
    description: textOr(body, title),
    notification_builder_id: 0,
    notification_basic_style: interruptionLevel === 'passive' ? quietStyle : loudStyle,
    open_type: openApp,
  };
  return { ...(isShown(message) ? shown : {}), custom_content: { ...data } };
}

function appleMsg(message: RenderedMessage): JsonObject {
  return { ...message.data, aps: apsContent(message) };
}

/** Nothing that an author writes takes its place. */
function withOurPart(msg: JsonObject, message: RenderedMessage, { sendId }: ProviderRequest, family: BaiduFamily): JsonObject {
  const carillon = carillonPart(sendId, message);
  if (family === 'apple') return { ...msg, carillon: JSON.parse(carillon) as JsonObject };
  const content = isJsonObject(msg['custom_content']) ? msg['custom_content'] : {};
  return { ...msg, custom_content: { ...content, carillon } };
}

/** Those that are there. */
function textsOf(parameters: JsonObject): Record<string, string> {
  const given = Object.entries(parameters).filter(([, value]) => ['string', 'number'].includes(typeof value));
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
