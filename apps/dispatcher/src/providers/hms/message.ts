import { createHash } from 'node:crypto';
import { isJsonObject, mergeOverrides, shownHms, type InterruptionLevel, type JsonObject, type RenderedMessage } from '#libs/sends';
import { isShown, textOr } from '../aps-content.ts';
import type { ProviderRequest } from '../push-provider.ts';

/** 15 days. */
const maxTtlSeconds = 1_296_000;
/** Messages of one group replace each other while the phone is off; these are the groups that Huawei has, and −1 is none. */
const collapseGroups = 100;
const noGroup = -1;
const maxBadge = 99;
const maxButtons = 3;
const maxButtonCharacters = 40;
/** Icons and sounds lie in the app, in `res/raw`: a URL names none. */
const resource = /^[a-z][a-z0-9_]*$/;
const importance: Readonly<Record<InterruptionLevel, string>> = {
  passive: 'LOW',
  active: 'NORMAL',
  'time-sensitive': 'HIGH',
  critical: 'HIGH',
};
const openApp: JsonObject = { type: 3 };

/** `message` of `messages:send` (providers.md 7.1) without tokens and data, with the author's `over` laid over it. `now`: ms, for the time to live. */
export function hmsMessage(message: RenderedMessage, request: ProviderRequest, now: number, over: JsonObject): JsonObject {
  const shown = shownHms(mergeOverrides(ownMessage(message, request, now), over));
  const android = partOf(shown, 'android');
  const notification = partOf(android, 'notification');
  if (shown['notification'] === undefined && android['notification'] === undefined) return shown;
  // Refused without it: what an author took out opens the app.
  return { ...shown, android: { ...android, notification: { ...notification, click_action: notification['click_action'] ?? openApp } } };
}

function ownMessage(message: RenderedMessage, request: ProviderRequest, now: number): JsonObject {
  const { title, body, image } = message;
  // Both are required: the one that is there stands for the other.
  const notification = isShown(message) ? { title: textOr(title, body), body: textOr(body, title), image } : undefined;
  return { notification, android: androidPart(message, request, now) };
}

function androidPart(message: RenderedMessage, { priority, collapseId, sendId, ...request }: ProviderRequest, now: number): JsonObject {
  const left = Math.min(maxTtlSeconds, Math.max(0, Math.floor((request.expiresAt - now) / 1_000)));
  const { androidChannel, badge, interruptionLevel, icon, category } = message;
  const notification = {
    click_action: category === undefined ? openApp : { type: 1, action: category },
    channel_id: androidChannel,
    // A message replaces itself when doubt makes it ring twice.
    tag: collapseId ?? sendId,
    icon: icon !== undefined && resource.test(icon) ? `/raw/${icon}` : undefined,
    ...soundOf(message),
    badge: badge === undefined ? undefined : { set_num: Math.min(badge, maxBadge) },
    importance: interruptionLevel && importance[interruptionLevel],
    buttons: buttonsOf(message),
  };
  return {
    ttl: `${request.nowOrNever ? 0 : left}s`,
    urgency: priority === 'high' ? 'HIGH' : 'NORMAL',
    collapse_key: collapseId === null ? noGroup : collapseGroupOf(collapseId),
    notification: isShown(message) ? notification : undefined,
  };
}

/**
 * 1 to 100: a collapse id that is such a number is its own group, any other has one by its hash. Two ids share a group once in a hundred, and then the
 * newer message replaces the older one for phones that are off.
 */
export function collapseGroupOf(collapseId: string): number {
  if (/^[1-9]\d{0,2}$/.test(collapseId) && Number(collapseId) <= collapseGroups) return Number(collapseId);
  return (createHash('sha256').update(collapseId).digest().readUInt32BE() % collapseGroups) + 1;
}

/** A sound is named without the ending of its file. */
function soundOf({ sound }: RenderedMessage): JsonObject {
  if (sound === undefined) return {};
  const name = sound.replace(/^\/?raw\//, '').replace(/\.\w+$/, '');
  return resource.test(name) && name !== 'default' ? { sound: `/raw/${name}` } : { default_sound: true };
}

/** A button opens the app, which learns from `data` which one it was. What Huawei would refuse is left to the app, as all of them stand in our part. */
function buttonsOf({ actions = [] }: RenderedMessage): JsonObject[] | undefined {
  const fitting = actions.filter(({ title }) => title.length <= maxButtonCharacters).slice(0, maxButtons);
  if (fitting.length === 0) return undefined;
  return fitting.map(({ id, title, link }) => ({ name: title, action_type: 0, data: JSON.stringify({ action: id, link }) }));
}

function partOf(object: JsonObject, name: string): JsonObject {
  const part = object[name];
  return isJsonObject(part) ? part : {};
}
