import { createHash, randomBytes } from 'node:crypto';

const secretBytes = 32;

/** A new installation secret: 32 random bytes as base64url. It is shown once; only its hash is stored (R7a). */
export function newInstallationSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

/** SHA-256 as hexadecimal digits: what is stored and compared. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
