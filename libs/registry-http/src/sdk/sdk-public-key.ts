import { createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';

export type UserTokenAlgorithm = 'RS256' | 'ES256';

const smallestRsaBits = 2048; // RFC 7518 section 3.3
const rememberedKeys = 1_000;
const remembered = new Map<string, KeyObject | null>();

/** A public key as PEM text, JWK text or JWK, ready to verify with; undefined for what is no public key that RS256 or ES256 can use. */
export function readSdkPublicKey({ publicKey }: { readonly publicKey: string | Readonly<Record<string, unknown>> }): KeyObject | undefined {
  const text = typeof publicKey === 'string' ? publicKey : JSON.stringify(publicKey);
  const known = remembered.get(text);
  if (known !== undefined) return known ?? undefined;
  const key = parsed(text);
  if (remembered.size >= rememberedKeys) remembered.clear();
  remembered.set(text, key ?? null);
  return key;
}

/** What the key can verify: RS256 for RSA of at least 2,048 bits, ES256 for P-256. */
export function algorithmOf(key: KeyObject): UserTokenAlgorithm | undefined {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa') return (details?.modulusLength ?? 0) >= smallestRsaBits ? 'RS256' : undefined;
  if (key.asymmetricKeyType === 'ec') return details?.namedCurve === 'prime256v1' ? 'ES256' : undefined;
  return undefined;
}

function parsed(text: string): KeyObject | undefined {
  try {
    const key = text.trimStart().startsWith('{')
      ? createPublicKey({ key: JSON.parse(text) as JsonWebKeyInput['key'], format: 'jwk' })
      : createPublicKey(text);
    return algorithmOf(key) === undefined ? undefined : key;
  } catch {
    return undefined; // the reason would only describe the key's bytes; callers say that the key is unusable
  }
}
