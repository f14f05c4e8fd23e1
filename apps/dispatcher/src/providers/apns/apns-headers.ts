import { fittingCollapseId } from '../collapse-id.ts';
import type { ProviderRequest } from '../push-provider.ts';

export type ApnsPushType = 'alert' | 'background';

const mostCollapseIdBytes = 64;
const printable = /^[\x21-\x7e]+$/;
const priorities = { high: '10', normal: '5', low: '1' } as const;

type Delivery = Pick<ProviderRequest, 'sendId' | 'collapseId' | 'expiresAt' | 'priority'>;

/** How APNs treats a message (providers.md 1.2); FCM hands the same headers on to it. */
export function apnsDeliveryHeaders({ sendId, collapseId, expiresAt, priority }: Delivery, pushType: ApnsPushType): Record<string, string> {
  return {
    'apns-push-type': pushType,
    // A background push of any other priority is an error.
    'apns-priority': pushType === 'background' ? '5' : priorities[priority],
    // 0 would mean "now or never".
    'apns-expiration': String(Math.max(1, Math.floor(expiresAt / 1_000))),
    // Without an id of its own a message still replaces itself when doubt makes it ring twice.
    ...(pushType === 'alert' ? { 'apns-collapse-id': fittingCollapseId(collapseId ?? sendId, mostCollapseIdBytes, printable) } : {}),
  };
}
