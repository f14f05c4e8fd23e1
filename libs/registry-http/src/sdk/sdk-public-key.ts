import { createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';

type UserTokenAlgorithm = 'RS256' | 'ES256' | 'ES384' | 'ES512';
type PublicKeyForm = string | Readonly<Record<string, unknown>>;

/** A key that user tokens can be verified with, or why it is none. A reason never quotes the key. */
export type JudgedPublicKey = { readonly key: KeyObject; readonly problem?: never } | { readonly key?: never; readonly problem: string };

const maxKey = 8_192; // an RSA key of 8,192 bits has 1,500 characters as PEM
const smallestRsaBits = 2_048; // RFC 7518 section 3.3
const largestRsaBits = 8_192; // a signature by a larger one costs every call more than it is worth
const smallestExponent = 65_537n; // FIPS 186-5; with e = 1 every text is its own signature
const largestSmallFactor = 1_000n;
const curves: Readonly<Record<string, UserTokenAlgorithm>> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
const noKey = 'must be a public key as PEM or JWK, for RS256 (RSA) or ES256, ES384, ES512 (EC); a point must lie on its curve';

const rememberedKeys = 1_000;
const remembered = new Map<string, JudgedPublicKey>();

/**
 * Judges a public key given as PEM text, JWK text or JWK. RSA: 2,048 to 8,192 bits, a modulus without a small factor that is no square, an odd exponent of 65,537 or more.
 * EC: P-256, P-384 or P-521, the point on the curve. Everything else verifies nothing, or what anybody can forge.
 */
export function judgeSdkPublicKey(publicKey: PublicKeyForm): JudgedPublicKey {
  const text = typeof publicKey === 'string' ? publicKey : JSON.stringify(publicKey);
  if (text.length > maxKey) return { problem: `must have at most ${maxKey} characters: RSA keys up to ${largestRsaBits} bits are taken` };
  const known = remembered.get(text);
  if (known !== undefined) return known;
  const judged = judge(text);
  if (remembered.size >= rememberedKeys) remembered.clear();
  remembered.set(text, judged);
  return judged;
}

/** The key, ready to verify with; undefined for what `judgeSdkPublicKey` refuses, so that a weak key stored by an older version proves nothing. */
export function readSdkPublicKey({ publicKey }: { readonly publicKey: PublicKeyForm }): KeyObject | undefined {
  return judgeSdkPublicKey(publicKey).key;
}

/** What the key can verify. */
export function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): UserTokenAlgorithm | undefined {
  if (asymmetricKeyType === 'rsa') return 'RS256';
  return asymmetricKeyType === 'ec' ? curves[asymmetricKeyDetails?.namedCurve ?? ''] : undefined;
}

function judge(text: string): JudgedPublicKey {
  try {
    const jwk = text.trimStart().startsWith('{') ? (JSON.parse(text) as JsonWebKeyInput['key']) : undefined;
    const key = jwk ? createPublicKey({ key: jwk, format: 'jwk' }) : createPublicKey(text);
    const problem = keyProblem(key) ?? (jwk && jwkProblem({ ...jwk }, algorithmOf(key)));
    return problem === undefined ? { key } : { problem };
  } catch {
    return { problem: noKey }; // the reason would only describe the key's bytes
  }
}

function keyProblem(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType === 'rsa') return rsaProblem(key);
  if (key.asymmetricKeyType !== 'ec') return `${noKey}; ${String(key.asymmetricKeyType)} is not taken`;
  return algorithmOf(key) === undefined ? 'must be on the curve P-256, P-384 or P-521' : undefined;
}

function rsaProblem(key: KeyObject): string | undefined {
  const { modulusLength: bits = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (bits < smallestRsaBits || bits > largestRsaBits) return `must have ${smallestRsaBits} to ${largestRsaBits} bits, not ${bits}`;
  if (publicExponent < smallestExponent || publicExponent % 2n === 0n)
    return `must have an odd public exponent of ${smallestExponent} or more`;
  const modulus = BigInt(`0x${Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`);
  return isEasilyFactored(modulus) ? 'must have a modulus that is the product of two large primes: this one anybody can factor' : undefined;
}

/** A small factor, or two primes that are one: what anybody finds at once. */
function isEasilyFactored(modulus: bigint): boolean {
  if (modulus % 2n === 0n || rootOf(modulus) ** 2n === modulus) return true;
  for (let factor = 3n; factor < largestSmallFactor; factor += 2n) if (modulus % factor === 0n) return true;
  return false;
}

/** The largest whole number whose square is not above `value` (Newton's method). */
function rootOf(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** A JWK may say itself what it is for (RFC 7517 sections 4.2 to 4.4). */
function jwkProblem(jwk: Readonly<Record<string, unknown>>, algorithm: UserTokenAlgorithm | undefined): string | undefined {
  const { use, alg, key_ops: operations } = jwk;
  if (use !== undefined && use !== 'sig') return 'must be a key for signatures: its use is another one';
  if (alg !== undefined && alg !== algorithm) return `must have the alg ${algorithm ?? 'of its kind'}, or none`;
  if (Array.isArray(operations) && !operations.includes('verify')) return 'must be a key to verify with: its key_ops are others';
  return undefined;
}
