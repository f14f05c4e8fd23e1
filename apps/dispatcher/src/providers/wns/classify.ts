import type { Answer } from '../../transport/transport.ts';
import { ACCEPTED_OUTCOME, type Outcome } from '../outcome.ts';
import { delayOf } from '../retry-after.ts';

/** First waits, ms: of a channel that has had too much, and of a condition that was not met (older: the device is off). */
const channelBaseMs = 10 * 60_000;
const conditionBaseMs = 3_600_000;

/** providers.md 3.5. Values of headers come in any case. */
export function classifyWns(answer: Answer, now: number): Outcome {
  const { status } = answer;
  if (status === 200) return ofNotification(answer);
  const delay = delayOf(answer.header('retry-after'), now);
  switch (status) {
    case 400:
      return { kind: 'payload_bad', reason: 'bad_request' };
    case 401:
      return { kind: 'credentials_bad', reason: 'access_token_refused', refreshable: true };
    case 403:
      return { kind: 'wrong_sender', reason: 'channel_of_another_app' };
    case 404:
      return { kind: 'token_invalid', reason: 'channel_unknown' };
    case 405:
      return { kind: 'payload_bad', reason: 'method_not_allowed' };
    case 406:
      return { kind: 'throttled', reason: 'throttle_limit', scope: 'provider', ...delay };
    case 410:
      return isBlocked(answer)
        ? { kind: 'credentials_bad', reason: 'domain_blocked', refreshable: false }
        : { kind: 'token_invalid', reason: 'channel_expired' };
    case 412:
      return { kind: 'retry_later', reason: 'precondition_failed', faultOf: 'provider', baseMs: conditionBaseMs, ...delay };
    case 413:
      return { kind: 'payload_bad', reason: 'payload_too_large' };
    case 429:
      return { kind: 'throttled', reason: 'status_429', scope: 'provider', ...delay };
    case 503:
      return { kind: 'provider_down', reason: 'service_unavailable', faultOf: 'provider', ...delay };
    default:
      return ofOthers(status, delay);
  }
}

/** 200 says that the request was good, not that the notification goes anywhere. */
function ofNotification(answer: Answer): Outcome {
  const status = (answer.header('x-wns-status') ?? answer.header('x-wns-notificationstatus') ?? '').toLowerCase();
  if (status === 'channelthrottled') return { kind: 'throttled', reason: 'channelthrottled', scope: 'token', baseMs: channelBaseMs };
  if (status === 'dropped') return { kind: 'accepted', reason: 'dropped', finding: 'dropped' };
  const device = (answer.header('x-wns-deviceconnectionstatus') ?? '').toLowerCase();
  return device === 'disconnected' || device === 'tempdisconnected' ? { kind: 'accepted', reason: 'disconnected' } : ACCEPTED_OUTCOME;
}

function isBlocked(answer: Answer): boolean {
  return /domain\s*blocked/i.test(`${answer.header('x-wns-error-description') ?? ''} ${answer.body()}`);
}

/** providers.md 0.3, guard 4. */
function ofOthers(status: number, delay: ReturnType<typeof delayOf>): Outcome {
  const reason = `status_${status}`;
  if (status >= 500 || (status >= 300 && status < 400)) return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
  return status >= 400 ? { kind: 'payload_bad', reason } : { kind: 'unknown', reason };
}
