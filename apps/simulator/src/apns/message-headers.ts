import type { IncomingHttpHeaders } from 'node:http2';
import type { ApnsReason } from './answers.ts';

const longestCollapseId = 64;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The headers that describe the message. Without `apns-priority` it is 10, which a background push must not have. */
export function headersProblem(headers: IncomingHttpHeaders): ApnsReason | undefined {
  const id = headers['apns-id'];
  const expiration = headers['apns-expiration'];
  const priority = headers['apns-priority'] ?? '10';
  const collapseId = headers['apns-collapse-id'];
  if (typeof id === 'string' && !uuid.test(id)) return 'BadMessageId';
  if (typeof expiration === 'string' && !/^\d{1,12}$/.test(expiration)) return 'BadExpirationDate';
  if (priority !== '10' && priority !== '5' && priority !== '1') return 'BadPriority';
  if (priority === '10' && headers['apns-push-type'] === 'background') return 'BadPriority';
  if (typeof collapseId === 'string' && Buffer.byteLength(collapseId) > longestCollapseId) return 'BadCollapseId';
  return undefined;
}

/** True when a header of APNs came twice; Node joins the values, which would hide it. */
export function hasDuplicates(headers: IncomingHttpHeaders, rawHeaders: readonly string[]): boolean {
  let names = 0;
  for (const _ in headers) names += 1;
  if (names * 2 === rawHeaders.length) return false;
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (seen.has(name) && (name.startsWith('apns-') || name === 'authorization')) return true;
    seen.add(name);
  }
  return false;
}
