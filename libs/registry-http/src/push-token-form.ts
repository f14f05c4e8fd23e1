import type { ProviderName } from '#libs/kernel';

/** What languages write where there is nothing, in lower case: the next phone with the same text would take it from the last. */
const nothings: ReadonlySet<string> = new Set([
  'null',
  'undefined',
  'nil',
  'none',
  'nan',
  'n/a',
  'empty',
  'unknown',
  'missing',
  'unavailable',
  'not_available',
  'no_token',
  'object object',
]);

// prettier-ignore

/** Answers of push services and their client libraries; they come inside longer texts too (`java.io.IOException:SERVICE_NOT_AVAILABLE`). */
const errorWords = [
  'blacklisted', 'service_not_available', 'authentication_failed', 'account_missing', 'invalid_sender', 'invalid_parameters',
  'too_many_registrations', 'phone_registration_error', 'internal_server_error', 'missing_instanceid_service', 'fis_auth_error',
  'quota_exceeded', 'registration_failed', 'not_registered', 'permission_denied', 'exception:', '[object',
];

// prettier-ignore

const maxNothing = 64;

// only a short text can be one, and only short texts are worth the search for brackets
const wrapping = /^[\s"'`([{<]+|[\s"'`)\]}>]+$/g;

const optional = /^optional\((.*)\)$/s;

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
const base64Url = /^[A-Za-z0-9_-]+={0,2}$/;
const webPushHosts: ReadonlySet<string> = new Set(['fcm.googleapis.com', 'updates.push.services.mozilla.com', 'web.push.apple.com']);
const windowsHost = 'notify.windows.com';
const publicKeyBytes = 65; // an uncompressed point of P-256, RFC 8291 section 3.1
const authBytes = 16; // RFC 8291 section 3.2

/** Checks a token as its provider hands it out; the same token always has the same text. */
export function tokenForm(provider: ProviderName, token: string | WebPushToken): TokenForm {
  if (typeof token === 'string' && isTokenPlaceholder(token)) return wrong('must be a token: this text is what programs write without one');
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
  return named !== undefined && !isTokenPlaceholder(named);
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

/** Whether the text stands for "no token", in any case, with blanks, quotes or brackets around it. */
function isTokenPlaceholder(token: string): boolean {
  const text = token.trim().toLowerCase();
  return isNothing(text) || errorWords.some((word) => text.includes(word));
}

function isNothing(text: string): boolean {
  if (text.length > maxNothing) return false;
  const bare = (optional.exec(text)?.[1] ?? text).replaceAll(wrapping, '');
  return bare === '' || nothings.has(bare);
}
