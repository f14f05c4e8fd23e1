import { verify, type KeyObject } from 'node:crypto';

/** A JSON Web Token taken apart, not yet verified. */
export interface CompactJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** RFC 7515 compact form; undefined when it is none. */
export function parseJwt(text: string): CompactJwt | undefined {
  const [header, claims, signature, ...rest] = text.split('.');
  if (!header || !claims || !signature || rest.length > 0) return undefined;
  const [parsedHeader, parsedClaims] = [jsonObject(header), jsonObject(claims)];
  if (!parsedHeader || !parsedClaims) return undefined;
  return {
    header: parsedHeader,
    claims: parsedClaims,
    signed: Buffer.from(`${header}.${claims}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

const rawSignatureBytes = 64;

/**
 * ES256 or RS256; a token that names another algorithm is not verified. The signature of ES256 is r‖s (RFC 7518 section 3.4), or in DER as APNs takes it, too
 * (pushy signs so).
 */
export function isSignedBy(jwt: CompactJwt, algorithm: 'ES256' | 'RS256', key: KeyObject): boolean {
  if (jwt.header['alg'] !== algorithm) return false;
  if (algorithm === 'RS256') return verify('sha256', jwt.signed, key, jwt.signature);
  const isRaw =
    jwt.signature.length === rawSignatureBytes && verify('sha256', jwt.signed, { key, dsaEncoding: 'ieee-p1363' }, jwt.signature);
  return isRaw || verify('sha256', jwt.signed, { key, dsaEncoding: 'der' }, jwt.signature);
}

function jsonObject(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
