import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { BoundedMap, type Clock } from '#libs/kernel';

/** A key pair that push services know a sender by (RFC 8292). */
export interface VapidKey {
  /** base64url of the point's 65 bytes. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
  /** Whom a push service may turn to: `mailto:` or `https:`. */
  readonly subject: string;
}

/** A push service takes a token for 24 hours at most, by its own clock. */
const lifetimeMs = 12 * 3_600_000;
const renewedAfterMs = 6 * 3_600_000;
/** A token that was just signed and is refused is not the fault. */
const renewAtMostEveryMs = 5_000;
const maxTokens = 2_000;
const head = base64Url({ typ: 'JWT', alg: 'ES256' });

interface Signed {
  readonly header: string;
  readonly signedAt: number;
}

/** Reads a key pair: both halves in base64url. Throws for one that is none. */
export function vapidKey(pair: { readonly publicKey: string; readonly privateKey: string }, subject: string): VapidKey {
  const point = Buffer.from(pair.publicKey, 'base64url');
  const [x, y] = [point.toString('base64url', 1, 33), point.toString('base64url', 33)];
  const d = Buffer.from(pair.privateKey, 'base64url').toString('base64url');
  const privateKey = createPrivateKey({ key: { kty: 'EC', crv: 'P-256', x, y, d }, format: 'jwk' });
  return { publicKey: point.toString('base64url'), privateKey, subject };
}

/** Says to push services who sends: a token for each of them and key, signed once and used for hours. Signing each message costs as much as encrypting it. */
export class VapidTokens {
  readonly #signed = new BoundedMap<Signed>(maxTokens);

  constructor(private readonly clock: Clock) {}

  /** The value of `authorization` for a push service (scheme and host). */
  of(origin: string, key: VapidKey): string {
    const now = this.clock.now();
    const name = `${origin} ${key.publicKey} ${key.subject}`;
    const known = this.#signed.get(name);
    // A clock that was set back makes a token that ends too late.
    if (known && now - known.signedAt < renewedAfterMs && known.signedAt <= now) return known.header;
    return this.#signed.set(name, { header: signed(origin, key, now + lifetimeMs), signedAt: now }).header;
  }

  /** A push service refused the token: the next one is another. False where that was just tried. */
  renew(origin: string, key: VapidKey): boolean {
    const name = `${origin} ${key.publicKey} ${key.subject}`;
    const now = this.clock.now();
    const known = this.#signed.get(name);
    if (!known || Math.abs(now - known.signedAt) < renewAtMostEveryMs) return false;
    this.#signed.set(name, { header: signed(origin, key, now + lifetimeMs), signedAt: now });
    return true;
  }
}

function signed(origin: string, { publicKey, privateKey, subject }: VapidKey, expiresAtMs: number): string {
  const text = `${head}.${base64Url({ aud: origin, exp: Math.floor(expiresAtMs / 1_000), sub: subject })}`;
  const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${text}.${signature.toString('base64url')}, k=${publicKey}`;
}

function base64Url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
