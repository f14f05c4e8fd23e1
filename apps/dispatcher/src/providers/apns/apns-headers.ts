import { APNS_PUSH_TYPES, type JsonObject, apnsHeaderProblem, isJsonObject, mergeOverrides, ownPushType } from '#libs/sends';
import { fittingCollapseId } from '../collapse-id.ts';
import type { ProviderRequest } from '../push-provider.ts';

const maxCollapseIdBytes = 64;
const printable = /^[\x21-\x7e]+$/;
const priorities = { high: '10', normal: '5', low: '1' } as const;

type Delivery = Pick<ProviderRequest, 'sendId' | 'collapseId' | 'expiresAt' | 'nowOrNever' | 'priority'>;

/** How APNs treats a message (providers.md 1.2); FCM hands the same headers on to it. `aps` decides: overrides may make a background push visible, or the other way round. */
export function apnsDeliveryHeaders(
  { sendId, collapseId, expiresAt, nowOrNever, priority }: Delivery,
  aps: unknown,
): Record<string, string> {
  const pushType = pushTypeOf(aps);
  return {
    'apns-push-type': pushType,
    // What wakes the app is refused with 10, and with 1 it would not.
    'apns-priority': isWaking(aps) ? '5' : priorities[priority],
    // 0 means "now or never".
    'apns-expiration': nowOrNever ? '0' : String(Math.max(1, Math.floor(expiresAt / 1_000))),
    // Without an id of its own a message still replaces itself when doubt makes it ring twice.
    ...(pushType === 'alert' ? { 'apns-collapse-id': fittingCollapseId(collapseId ?? sendId, maxCollapseIdBytes, printable) } : {}),
  };
}

/** How APNs treats a message of a type that it says itself: at the priority of the message, and without a collapse id unless it names one. */
export function typedDeliveryHeaders({ expiresAt, nowOrNever, priority }: Delivery, pushType: string): Record<string, string> {
  return {
    'apns-push-type': pushType,
    'apns-priority': APNS_PUSH_TYPES[pushType]?.priority ?? priorities[priority],
    'apns-expiration': nowOrNever ? '0' : String(Math.max(1, Math.floor(expiresAt / 1_000))),
  };
}

/** Behind the bundle id, the topics of some push types have a suffix: each has tokens of its own. */
export function isTypeOfOtherTokens(own: unknown): boolean {
  const said = ownPushType(own);
  return said !== undefined && (APNS_PUSH_TYPES[said]?.suffix ?? '') !== '';
}

/** Headers with a message's own laid over them; undefined where APNs would refuse one of those. */
export function withOwnHeaders(headers: Record<string, string>, own: unknown): Record<string, string> | undefined {
  if (own === undefined || own === null) return headers;
  if (!isJsonObject(own)) return undefined;
  const named = Object.entries(own).map(([name, value]) => [name.toLowerCase(), value] as const);
  if (named.some(([name, value]) => apnsHeaderProblem(name, value) !== undefined)) return undefined;
  const merged = Object.entries(mergeOverrides(headers, Object.fromEntries(named))).map(([name, value]) => [name, String(value)] as const);
  const all: Record<string, string> = Object.fromEntries(merged);
  // APNs refuses a type that does not agree with the payload, which Liquid or other overrides may have changed.
  if (all['apns-push-type'] !== undefined) all['apns-push-type'] = headers['apns-push-type'] ?? 'alert';
  return all['apns-push-type'] === 'background' ? { ...all, 'apns-priority': '5' } : all;
}

function pushTypeOf(aps: unknown): 'alert' | 'background' {
  return isJsonObject(aps) && isVisible(aps) ? 'alert' : 'background';
}

function isVisible({ alert, badge, sound }: JsonObject): boolean {
  return alert !== undefined || badge !== undefined || sound !== undefined;
}

function isWaking(aps: unknown): boolean {
  return (
    !isJsonObject(aps) || !isVisible(aps) || (aps['content-available'] === 1 && aps['alert'] === undefined && aps['sound'] === undefined)
  );
}
