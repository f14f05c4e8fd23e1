import { ECDH } from 'node:crypto';
import { WINDOWS_HOST, isProviderUrl } from './provider-url.ts';
import { wrong, type TokenForm, type TokenProblem, type TokenShape, type WebPushToken } from './token-shape.ts';

const base64Url = /^[A-Za-z0-9_-]+={0,2}$/;
const webPushHosts: ReadonlySet<string> = new Set(['fcm.googleapis.com', 'updates.push.services.mozilla.com', 'web.push.apple.com']);
const publicKeyBytes = 65; // an uncompressed point of P-256, RFC 8291 section 3.1
const authBytes = 16; // RFC 8291 section 3.2
const publicKeyWanted = `must be a P-256 public key: ${publicKeyBytes} bytes as base64url`;

export const webPushTokens: TokenShape = {
  form: (token) => (typeof token === 'string' ? wrong('must be {endpoint, keys: {p256dh, auth}}') : webPushForm(token)),
};

function webPushForm({ endpoint, keys, applicationServerKey }: WebPushToken): TokenForm {
  const problems: TokenProblem[] = [];
  if (!isProviderUrl(endpoint, isWebPushHost)) {
    problems.push({ pointer: '/endpoint', message: 'must be the https URL of a subscription at a known push service' });
  }
  if (!isPublicKey(keys.p256dh)) problems.push({ pointer: '/keys/p256dh', message: publicKeyWanted });
  if (applicationServerKey !== undefined && !isPublicKey(applicationServerKey)) {
    problems.push({ pointer: '/applicationServerKey', message: publicKeyWanted });
  }
  if (decodedBytes(keys.auth)?.length !== authBytes) {
    problems.push({ pointer: '/keys/auth', message: `must be ${authBytes} bytes as base64url` });
  }
  if (problems.length > 0) return { problems };
  const ownKey = applicationServerKey === undefined ? {} : { applicationServerKey: unpadded(applicationServerKey) };
  return { text: JSON.stringify({ endpoint, keys: { p256dh: unpadded(keys.p256dh), auth: unpadded(keys.auth) }, ...ownKey }) };
}

/** A point of the curve: with any other there is no secret in common, and no message. */
function isPublicKey(text: string): boolean {
  const bytes = decodedBytes(text);
  if (bytes?.length !== publicKeyBytes || bytes[0] !== 4) return false;
  try {
    ECDH.convertKey(bytes, 'prime256v1');
    return true;
  } catch {
    return false;
  }
}

function isWebPushHost(host: string): boolean {
  return webPushHosts.has(host) || host.endsWith(`.${WINDOWS_HOST}`);
}

function decodedBytes(text: string): Buffer | undefined {
  return base64Url.test(text) ? Buffer.from(text, 'base64url') : undefined;
}

function unpadded(text: string): string {
  return text.replace(/=+$/, '');
}
