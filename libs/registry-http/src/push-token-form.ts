import type { ProviderName } from '#libs/kernel';
import { isTokenPlaceholder } from './token-placeholder.ts';

/** A Web Push subscription as `PushSubscription.toJSON()` gives it. */
export interface WebPushToken {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

export interface TokenProblem {
  /** JSON Pointer below the token. */
  readonly pointer: string;
  readonly message: string;
}

/** The text that is stored, fingerprinted and compared, or what is wrong with the token. A problem never quotes the token. */
export type TokenForm =
  { readonly text: string; readonly problems?: never } | { readonly text?: never; readonly problems: readonly TokenProblem[] };

const maxTextToken = 4_096;
const maxUrl = 2_048;
const apnsToken = /^(?:[0-9a-fA-F]{2}){8,100}$/;
const blank = /\s/;
const visibleAscii = /^[\x21-\x7e]+$/;
/** Far below what the providers hand out: an FCM token has 140 characters and more, one of ADM over 100, the shortest of HMS 32; Baidu's channel id is a number of 16 and more. */
const minTextToken = { fcm: 32, adm: 32, hms: 32, baidu: 10 } as const;
const copiesOfShortTexts = 4;
const base64Url = /^[A-Za-z0-9_-]+={0,2}$/;
const webPushHosts: ReadonlySet<string> = new Set(['fcm.googleapis.com', 'updates.push.services.mozilla.com', 'web.push.apple.com']);
const windowsHost = 'notify.windows.com';
const publicKeyBytes = 65; // an uncompressed point of P-256, RFC 8291 section 3.1
const authBytes = 16; // RFC 8291 section 3.2

/** Checks a token as its provider hands it out; the same token always has the same text. */
export function tokenForm(provider: ProviderName, token: string | WebPushToken): TokenForm {
  if (typeof token === 'string' && isTokenPlaceholder(token, fewestCopies(provider))) {
    return wrong('must be a token: this text is what programs write without one');
  }
  if (provider === 'webpush') return typeof token === 'string' ? wrong('must be {endpoint, keys: {p256dh, auth}}') : webPushForm(token);
  if (typeof token !== 'string') return wrong('must be text');
  switch (provider) {
    case 'apns':
      return apnsToken.test(token) ? { text: token.toLowerCase() } : wrong('must be 16 to 200 hexadecimal digits, an even number of them');
    case 'wns':
      return isProviderUrl(token, isWindowsHost) ? { text: token } : wrong('must be the https URL of a channel of notify.windows.com');
    case 'fcm':
    case 'adm':
    case 'baidu':
    case 'hms':
      return textForm(token, minTextToken[provider]);
  }
}

/** A Baidu channel id has as few as 16 decimal digits, of which two equal halves happen: once in 100 million. */
function fewestCopies(provider: ProviderName): number {
  return provider === 'baidu' ? copiesOfShortTexts : 2;
}

function textForm(token: string, shortest: number): TokenForm {
  return token.length >= shortest && token.length <= maxTextToken && visibleAscii.test(token)
    ? { text: token }
    : wrong(`must be ${shortest} to ${maxTextToken} visible ASCII characters, as the provider gave it`);
}

function webPushForm({ endpoint, keys }: WebPushToken): TokenForm {
  const problems: TokenProblem[] = [];
  if (!isProviderUrl(endpoint, isWebPushHost)) {
    problems.push({ pointer: '/endpoint', message: 'must be the https URL of a subscription at a known push service' });
  }
  if (decodedBytes(keys.p256dh)?.length !== publicKeyBytes || decodedBytes(keys.p256dh)?.[0] !== 4) {
    problems.push({ pointer: '/keys/p256dh', message: `must be a P-256 public key: ${publicKeyBytes} bytes as base64url` });
  }
  if (decodedBytes(keys.auth)?.length !== authBytes) {
    problems.push({ pointer: '/keys/auth', message: `must be ${authBytes} bytes as base64url` });
  }
  if (problems.length > 0) return { problems };
  return { text: JSON.stringify({ endpoint, keys: { p256dh: unpadded(keys.p256dh), auth: unpadded(keys.auth) } }) };
}

function wrong(message: string): TokenForm {
  return { problems: [{ pointer: '', message }] };
}

/** Whoever may choose the host chooses where we send requests to: only the providers' own hosts are allowed. */
function isProviderUrl(text: string, isAllowed: (host: string) => boolean): boolean {
  if (text.length > maxUrl || blank.test(text)) return false;
  const url = URL.parse(text);
  if (url && !namesChannel(url)) return false;
  return url?.protocol === 'https:' && url.username === '' && url.password === '' && url.port === '' && isAllowed(url.hostname);
}

/** Behind the host stands whose channel it is: the last step of the path, or the token of the query. */
function namesChannel({ pathname, searchParams }: URL): boolean {
  const token = searchParams.get('token');
  const named = token ?? decoded(pathname.slice(pathname.lastIndexOf('/') + 1));
  return named !== undefined && !isTokenPlaceholder(named, copiesOfShortTexts);
}

function decoded(step: string): string | undefined {
  try {
    return decodeURIComponent(step);
  } catch {
    return undefined;
  }
}

function isWindowsHost(host: string): boolean {
  return host === windowsHost || host.endsWith(`.${windowsHost}`);
}

function isWebPushHost(host: string): boolean {
  return webPushHosts.has(host) || host.endsWith(`.${windowsHost}`);
}

function decodedBytes(text: string): Buffer | undefined {
  return base64Url.test(text) ? Buffer.from(text, 'base64url') : undefined;
}

function unpadded(text: string): string {
  return text.replace(/=+$/, '');
}
