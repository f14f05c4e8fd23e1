import type { Installation } from '../installation.ts';
import type { PurgeCondition } from '../installation.repository.ts';

/**
 * The token is still the one that was sent to (P3): with the provider's timestamp, and not confirmed since; without one, and not confirmed
 * since the dispatcher read it. No two clocks are compared but the provider's own with ours, as the provider asks.
 */
export function isStillThatToken(installation: Installation, { fingerprint, invalidSince, confirmedAt }: PurgeCondition): boolean {
  const { tokenFingerprint, tokenConfirmedAt } = installation;
  if (tokenFingerprint !== fingerprint || tokenConfirmedAt === null) return false;
  return invalidSince === null ? tokenConfirmedAt === confirmedAt : tokenConfirmedAt < invalidSince;
}
