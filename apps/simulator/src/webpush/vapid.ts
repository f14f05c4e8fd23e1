import { createPublicKey } from 'node:crypto';
import { isSignedBy, parseJwt } from '../accounts/compact-jwt.ts';
import { refusal, type Refusal } from './vendors.ts';

const lifetimeSeconds = 24 * 3_600;
const skewSeconds = 60;
const publicKeyBytes = 65;
const scheme = /^vapid\s+(.+)$/i;

/** Who sends (RFC 8292): the public key, or what is wrong with what the header says. `origin`: of the endpoint. `now`: ms. */
export function senderOf(authorization: string | undefined, origin: string, now: number): string | Refusal {
  const given = scheme.exec(authorization ?? '')?.[1];
  if (given === undefined) return refusal('vapid_missing');
  const parts = new Map(
    given.split(',').map((part) => [part.slice(0, part.indexOf('=')).trim(), part.slice(part.indexOf('=') + 1).trim()]),
  );
  const jwt = parseJwt(parts.get('t') ?? '');
  const key = Buffer.from(parts.get('k') ?? '', 'base64url');
  if (!jwt || key.length !== publicKeyBytes || key[0] !== 4) return refusal('vapid_malformed');
  try {
    const [x, y] = [key.toString('base64url', 1, 33), key.toString('base64url', 33)];
    if (jwt.signature.length !== 64) return refusal('vapid_malformed');
    if (!isSignedBy(jwt, 'ES256', createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })))
      return refusal('vapid_malformed');
  } catch {
    return refusal('vapid_malformed');
  }
  return claimsProblem(jwt.claims, origin, now / 1_000) ?? key.toString('base64url');
}

function claimsProblem({ aud, exp, sub }: Readonly<Record<string, unknown>>, origin: string, now: number): Refusal | undefined {
  if (aud !== origin) return refusal('vapid_audience');
  if (typeof exp !== 'number' || exp > now + lifetimeSeconds + skewSeconds) return refusal('vapid_malformed');
  if (exp < now) return refusal('vapid_expired');
  return typeof sub === 'string' && isContact(sub) ? undefined : refusal('vapid_subject');
}

/** Apple refuses a missing subject, and one of this host. */
function isContact(sub: string): boolean {
  return /^mailto:\s*<?[^@\s]+@[^@\s]+>?$/.test(sub) ? !/@localhost>?$/.test(sub) : /^https:\/\/(?!localhost)[^\s/]+/.test(sub);
}
