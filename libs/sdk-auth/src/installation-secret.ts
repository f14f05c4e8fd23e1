import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const secretBytes = 32;
const secretForm = /^[A-Za-z0-9_-]{43}$/;

/** A new installation secret: 32 random bytes as base64url. It is shown once; only its hash is stored (R7a). */
export function newInstallationSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

/** SHA-256 as hexadecimal digits, as installations store it. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Whether the secret belongs to the hash. Takes as long for a wrong secret, none at all, or an installation that has none. */
export function secretMatches(secret: string | undefined, secretHash: string | null): boolean {
  const given = createHash('sha256').update(secret ?? '').digest(); // prettier-ignore
  const stored = Buffer.alloc(given.length);
  if (secretHash !== null) stored.write(secretHash, 'hex');
  const equal = timingSafeEqual(given, stored);
  return equal && secretHash !== null && secret !== undefined && secretForm.test(secret);
}
