import { readSdkPublicKey } from '#libs/registry-http';
import { z } from 'zod';

/** A public key as PEM text or JWK, kept as PEM. A private key is refused, before it lies anywhere. */
export const publicKeyPem = z.union([z.string().max(8_192), z.record(z.string(), z.unknown())]).transform((publicKey, context) => {
  const key = isPrivate(publicKey) ? undefined : readSdkPublicKey({ publicKey });
  if (key) return key.export({ type: 'spki', format: 'pem' });
  context.addIssue({ code: 'custom', message: 'A public key for RS256 (2,048 bits or more) or ES256 (P-256), as PEM or JWK' });
  return z.NEVER;
});

function isPrivate(publicKey: string | Readonly<Record<string, unknown>>): boolean {
  return typeof publicKey === 'string' ? /PRIVATE KEY|"d"\s*:/.test(publicKey) : 'd' in publicKey;
}
