import type { Answer } from '../../transport/transport.ts';
import { jsonObjectOf, reasonOf } from '../answer-body.ts';
import { ACCEPTED_OUTCOME, type Outcome } from '../outcome.ts';
import { delayOf } from '../retry-after.ts';

type Family =
  'token_invalid' | 'wrong_sender' | 'credentials_bad' | 'payload_bad' | 'retry_later' | 'reconnect' | 'throttled' | 'provider_down';

/** providers.md 1.11, row by row; by status and reason, because a reason alone is only a word. */
const families: Readonly<Record<string, Family>> = {
  '400 BadDeviceToken': 'token_invalid',
  '400 DeviceTokenNotForTopic': 'wrong_sender',
  '400 BadTopic': 'credentials_bad',
  '400 MissingTopic': 'credentials_bad',
  '400 TopicDisallowed': 'credentials_bad',
  '400 IdleTimeout': 'reconnect',
  // Of a broadcast channel. It is no device's, so nothing is purged, and what is said of it says nothing of the credential.
  '400 FeatureNotEnabled': 'payload_bad',
  '400 MissingChannelId': 'payload_bad',
  '400 BadChannelId': 'payload_bad',
  '400 ChannelNotRegistered': 'payload_bad',
  '400 CannotCreateChannelConfig': 'payload_bad',
  '403 TopicMismatch': 'payload_bad',
  '403 ExpiredProviderToken': 'credentials_bad',
  '403 InvalidProviderToken': 'credentials_bad',
  '403 MissingProviderToken': 'credentials_bad',
  '403 BadCertificate': 'credentials_bad',
  '403 BadCertificateEnvironment': 'credentials_bad',
  '403 UnrelatedKeyIdInToken': 'credentials_bad',
  '403 BadEnvironmentKeyIdInToken': 'credentials_bad',
  '403 BadEnvironmentKeyInToken': 'credentials_bad',
  '403 Forbidden': 'credentials_bad',
  '410 Unregistered': 'token_invalid',
  '410 ExpiredToken': 'token_invalid',
  '429 TooManyRequests': 'throttled',
  '429 TooManyProviderTokenUpdates': 'credentials_bad',
  '503 ServiceUnavailable': 'provider_down',
  '503 Shutdown': 'reconnect',
};

export function classifyApns(answer: Answer, now: number): Outcome {
  if (answer.status === 200) return ACCEPTED_OUTCOME;
  const { reason, timestamp } = jsonObjectOf(answer.body());
  return classifyApnsReason(answer.status, reason, timestamp, answer.header('retry-after'), now);
}

/** Also for the answer of APNs that FCM hands on. `timestamp`: ms, with 410 only. */
export function classifyApnsReason(
  status: number,
  word: unknown,
  timestamp: unknown,
  retryAfter: string | undefined,
  now: number,
): Outcome {
  const reason = reasonOf(word, `status_${status}`);
  const family = families[`${status} ${reason}`] ?? familyOfStatus(status);
  switch (family) {
    case 'token_invalid':
      return { kind: family, reason, ...since(timestamp) };
    case 'credentials_bad':
      return { kind: family, reason, refreshable: reason === 'ExpiredProviderToken' };
    case 'throttled':
      return { kind: family, reason, scope: reason === 'TooManyRequests' ? 'token' : 'provider', ...delayOf(retryAfter, now) };
    case 'reconnect':
      return { kind: 'retry_later', reason, faultOf: 'network', ...delayOf(retryAfter, now) };
    case 'retry_later':
    case 'provider_down':
      return { kind: family, reason, faultOf: 'provider', ...delayOf(retryAfter, now) };
    case 'wrong_sender':
    case 'payload_bad':
      return { kind: family, reason };
    case 'unknown':
      return { kind: family, reason };
  }
}

/** providers.md 0.3 rule 4: 4xx cannot help to repeat, 5xx may. A success that is none of Apple's is doubt. */
function familyOfStatus(status: number): Family | 'unknown' {
  if (status === 429) return 'throttled';
  if (status >= 500 || (status >= 300 && status < 400)) return 'retry_later';
  return status >= 400 ? 'payload_bad' : 'unknown';
}

function since(timestamp: unknown): { readonly invalidSince?: number } {
  return typeof timestamp === 'number' && Number.isSafeInteger(timestamp) && timestamp > 0 ? { invalidSince: timestamp } : {};
}
