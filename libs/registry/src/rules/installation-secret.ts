import { timingSafeEqual } from 'node:crypto';
import type { Installation } from '../installation.ts';

/** Whether an sdk call has shown the secret of the installation (R7a). Hashes are SHA-256, hex; one without a secret is proven by nobody. */
export function provesInstallation({ secretHash }: Pick<Installation, 'secretHash'>, shownHash: string | null): boolean {
  if (secretHash === null || shownHash?.length !== secretHash.length) return false;
  return timingSafeEqual(Buffer.from(secretHash), Buffer.from(shownHash));
}
