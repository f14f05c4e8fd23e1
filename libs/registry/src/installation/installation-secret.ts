import { timingSafeEqual } from 'node:crypto';
import { InstallationSecretInvalid } from '../registry-errors.ts';
import type { Installation } from './installation.ts';

/** R7a, for sdk calls: what proves the installation. Both are SHA-256 of the secret, hex. */
export interface SecretProof {
  /** Stored when the installation is new, or server-made and this call carries the very token stored. */
  readonly offered: string;
  /** From `X-Installation-Secret`; null when the call has none. */
  readonly shown: string | null;
}

type Guarded = Pick<Installation, 'secretHash' | 'tokenFingerprint'>;

/** Whether an sdk call has shown the secret of the installation (R7a). Hashes are SHA-256, hex; one without a secret is proven by nobody. */
export function provesInstallation({ secretHash }: Pick<Installation, 'secretHash'>, shownHash: string | null): boolean {
  if (secretHash === null || shownHash?.length !== secretHash.length) return false;
  return timingSafeEqual(Buffer.from(secretHash), Buffer.from(shownHash));
}

/**
 * Whether the offered secret becomes the installation's: it is given once, to whoever makes the installation, or shows the very token
 * that a server stored for it. Throws InstallationSecretInvalid where the call proves nothing.
 */
export function givesSecret(current: Guarded | undefined, proof: SecretProof | undefined, fingerprint: string | null): boolean {
  if (!proof) return false;
  if (!current) return true;
  if (provesInstallation(current, proof.shown)) return false;
  if (current.secretHash === null && fingerprint !== null && current.tokenFingerprint === fingerprint) return true;
  throw new InstallationSecretInvalid();
}
