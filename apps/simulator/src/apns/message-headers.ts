import type { ApnsReason } from './answers.ts';
import type { ApnsHeaders } from './request-headers.ts';

const longestCollapseId = 64;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i; // Apple writes capitals itself

/** The headers that describe the message. Without `apns-priority` it is 10, which a background push must not have. */
export function headersProblem({ id, expiration, priority = '10', pushType, collapseId }: ApnsHeaders): ApnsReason | undefined {
  if (id !== undefined && !uuid.test(id)) return 'BadMessageId';
  if (expiration !== undefined && !/^\d{1,12}$/.test(expiration)) return 'BadExpirationDate';
  if (priority !== '10' && priority !== '5' && priority !== '1') return 'BadPriority';
  if (priority === '10' && pushType === 'background') return 'BadPriority';
  if (collapseId !== undefined && Buffer.byteLength(collapseId) > longestCollapseId) return 'BadCollapseId';
  return undefined;
}
