import type { WireAnswer } from '../wire/caller.ts';

/** Something that a push service refuses, in nobody's words yet. */
export interface Refusal {
  readonly status: number;
  /** Our name of it, for the ledger. */
  readonly reason: RefusalName;
  readonly retryAfterSeconds?: number;
  /** Where the subscription went. */
  readonly location?: string;
}

/** What each vendor says: Mozilla's number and text, Apple's reason, the text of others (providers.md 4.5). */
const words = {
  ttl_missing: { status: 400, errno: 111, apple: 'BadTtl', text: 'TTL header is required' },
  topic_invalid: { status: 400, errno: 113, apple: 'BadWebPushTopic', text: 'Invalid Topic header' },
  urgency_invalid: { status: 400, errno: 112, apple: 'BadUrgency', text: 'Invalid Urgency header' },
  encoding_invalid: { status: 400, errno: 110, apple: 'BadContentEncoding', text: 'Invalid or missing Content-Encoding header' },
  undecryptable: { status: 400, errno: 101, apple: 'BadEncryption', text: 'The browser could not decrypt the message' },
  unauthorized_registration: { status: 400, errno: 109, apple: 'Unauthorized', text: 'UnauthorizedRegistration' },
  vapid_missing: { status: 401, errno: 109, apple: 'MissingJwtToken', text: 'Request did not validate: missing Authorization header' },
  vapid_malformed: { status: 401, errno: 109, apple: 'BadJwtToken', text: 'Request did not validate: invalid token' },
  vapid_expired: { status: 401, errno: 109, apple: 'ExpiredJwtToken', text: 'Request did not validate: token expired' },
  vapid_audience: { status: 401, errno: 109, apple: 'BadJwtToken', text: 'Request did not validate: wrong audience' },
  vapid_subject: { status: 401, errno: 109, apple: 'BadJwtToken', text: 'Request did not validate: bad subject' },
  vapid_key_mismatch: { status: 401, errno: 109, apple: 'VapidPkHashMismatch', text: 'VAPID public key mismatch' },
  not_found: { status: 404, errno: 102, apple: 'BadPath', text: 'Request did not validate: subscription not found' },
  method_not_allowed: { status: 405, errno: 101, apple: 'MethodNotAllowed', text: 'Method not allowed' },
  gone: { status: 410, errno: 106, apple: 'Unregistered', text: 'push subscription has unsubscribed or expired' },
  moved: { status: 301, errno: 100, apple: 'Moved', text: 'Moved' },
  too_large: { status: 413, errno: 104, apple: 'PayloadTooLarge', text: 'Data payload too large' },
  throttled: { status: 429, errno: 104, apple: 'TooManyRequests', text: 'Too many requests' },
  internal: { status: 500, errno: 999, apple: 'InternalServerError', text: 'Internal error' },
  bad_gateway: { status: 502, errno: 902, apple: 'BadGateway', text: 'Bad gateway' },
  unavailable: { status: 503, errno: 201, apple: 'ServiceUnavailable', text: 'Service unavailable' },
} as const;

export type RefusalName = keyof typeof words;

export function isRefusal(name: string): name is RefusalName {
  return name in words;
}

export function refusal(reason: RefusalName, more: Pick<Refusal, 'retryAfterSeconds' | 'location'> = {}): Refusal {
  return { status: words[reason].status, reason, ...more };
}

const forbiddenByGoogle =
  'the VAPID credentials in the authorization header do not correspond to the credentials used to create the subscriptions.\n';

/** A refusal as the push service of a host says it. */
export function refusalAnswer(host: string, { status, reason, retryAfterSeconds, location }: Refusal): WireAnswer {
  const { errno, apple, text } = words[reason];
  const own = [
    ...(retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)]),
    ...(location === undefined ? [] : ['location', location]),
  ];
  const json = (code: number, body: object): WireAnswer => ({
    ...{ head: [':status', String(code), 'content-type', 'application/json'], own, body: JSON.stringify(body) },
  });
  if (host === 'web.push.apple.com') return json(status === 401 ? 403 : status, { reason: apple });
  if (host === 'fcm.googleapis.com' || host.endsWith('.notify.windows.com')) {
    const isMismatch = reason === 'vapid_key_mismatch';
    const code = isMismatch ? 403 : status;
    return { head: [':status', String(code), 'content-type', 'text/plain'], own, body: isMismatch ? forbiddenByGoogle : `${text}\n` };
  }
  return json(status, { code: status, errno, error: text.split(':')[0], message: text, more_info: 'https://autopush.readthedocs.io' });
}
