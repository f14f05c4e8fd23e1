import type { PushToken } from '#libs/kernel';
import { isJsonObject, objectIn } from '#libs/sends';

/** A browser's subscription: the address of one browser, and what is needed to write to it alone. */
export interface Subscription {
  readonly endpoint: string;
  /** Scheme and host of the push service. */
  readonly origin: string;
  readonly host: string;
  /** With its query. */
  readonly path: string;
  /** A point of P-256, 65 bytes. */
  readonly publicKey: Buffer;
  /** 16 bytes. */
  readonly auth: Buffer;
  /** The VAPID key that it was made with, base64url, where its browser said so. */
  readonly applicationServerKey: string | undefined;
}

const publicKeyBytes = 65;
const authBytes = 16;
const prime = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

/** Reads a stored token. Undefined for one that nobody can write to: no such URL, or keys that are none. */
export function subscriptionOf(token: PushToken): Subscription | undefined {
  const { endpoint, keys, applicationServerKey } = parsed(token.reveal());
  const { p256dh, auth } = objectIn(keys);
  const url = typeof endpoint === 'string' ? URL.parse(endpoint) : null;
  if (url?.protocol !== 'https:' || typeof p256dh !== 'string' || typeof auth !== 'string') return undefined;
  const publicKey = Buffer.from(p256dh, 'base64url');
  const secret = Buffer.from(auth, 'base64url');
  if (!isPoint(publicKey) || secret.length !== authBytes) return undefined;
  return {
    endpoint: url.href,
    origin: url.origin,
    host: url.host,
    path: `${url.pathname}${url.search}`,
    publicKey,
    auth: secret,
    applicationServerKey: typeof applicationServerKey === 'string' ? applicationServerKey : undefined,
  };
}

/** The origin of a stored token's push service; undefined where there is none. */
export function originOf(token: PushToken): string | undefined {
  const { endpoint } = parsed(token.reveal());
  return typeof endpoint === 'string' ? URL.parse(endpoint)?.origin : undefined;
}

/** The text of a token that moved to another address of its push service. */
export function movedTo(token: PushToken, endpoint: string): string {
  return JSON.stringify({ ...parsed(token.reveal()), endpoint });
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Whether it lies on P-256: with any other point there is no common secret. */
function isPoint(bytes: Buffer): boolean {
  if (bytes.length !== publicKeyBytes || bytes[0] !== 4) return false;
  const x = BigInt(`0x${bytes.toString('hex', 1, 33)}`);
  const y = BigInt(`0x${bytes.toString('hex', 33)}`);
  return x < prime && y < prime && (y * y - (x * x - 3n) * x - b) % prime === 0n;
}
