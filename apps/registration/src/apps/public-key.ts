import { judgeSdkPublicKey } from '#libs/registry-http';
import { z } from 'zod';

/** Named by its type; what else belongs to a key of that type stands beside it. */
const jwk = z.looseObject({ kty: z.string() }).meta({ id: 'JsonWebKey' });

/** A public key as PEM text or JWK, kept as PEM. A private key is refused, before it lies anywhere, and so is one that proves nothing. */
export const publicKeyPem = z
  .union([z.string().max(8_192), jwk])
  .meta({ description: 'PEM or JWK: RSA of 2,048 to 8,192 bits (RS256), or EC on P-256 (ES256), P-384 (ES384) or P-521 (ES512)' })
  .transform((publicKey, context) => {
    const { key, problem } = isPrivate(publicKey) ? { problem: 'must be a public key, not a private one' } : judgeSdkPublicKey(publicKey);
    if (key) return key.export({ type: 'spki', format: 'pem' });
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });

function isPrivate(publicKey: string | Readonly<Record<string, unknown>>): boolean {
  return typeof publicKey === 'string' ? /PRIVATE KEY|"d"\s*:/.test(publicKey) : 'd' in publicKey;
}
