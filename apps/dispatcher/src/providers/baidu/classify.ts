import { isJsonObject } from '#libs/sends';
import type { Answer } from '../../transport/transport.ts';
import { jsonObjectOf, reasonOf } from '../answer-body.ts';
import { ACCEPTED_OUTCOME, type Outcome } from '../outcome.ts';
import { delayOf } from '../retry-after.ts';

type Delay = ReturnType<typeof delayOf>;

const dayMs = 24 * 3_600_000;
/** Quotas begin anew at midnight in Beijing. */
const zoneMs = 8 * 3_600_000;

/** providers.md 6.3: the error code decides, whatever HTTP says beside it. `isRepeat`: the message may have been taken already. `now` in ms. */
export function classifyBaidu(answer: Answer, isRepeat: boolean, now: number): Outcome {
  const { error_code: code, error_msg: message, response_params: taken } = jsonObjectOf(answer.body());
  const reason = typeof code === 'number' ? String(code) : reasonOf(code, '');
  const delay = delayOf(answer.header('retry-after'), now);
  if (reason === '' || reason === '0') {
    if (answer.status === 200) return isJsonObject(taken) ? ACCEPTED_OUTCOME : { kind: 'unknown', reason: 'no_message_id' };
    return byStatus(answer.status, '', delay);
  }
  if (reason === '30610' && isRepeat) return ACCEPTED_OUTCOME;
  if (reason === '30604') return { kind: 'throttled', reason, scope: 'provider', afterMs: untilTomorrowMs(now) };
  return byCode(reason, String(message), delay) ?? byStatus(answer.status, reason, delay);
}

function byCode(reason: string, message: string, delay: Delay): Outcome | undefined {
  switch (reason) {
    case '110001': // the person has blocked the app: taken, and never shown
      return { kind: 'accepted', reason, finding: 'opted_out' };
    case '30607':
    case '30608':
      return { kind: 'token_invalid', reason };
    case '30602': // of any parameter; a token is blamed only where the words name it
      return /channel[_ ]?id/i.test(message) ? { kind: 'token_invalid', reason } : { kind: 'payload_bad', reason };
    case '30603':
    case '30612':
    case '30613':
    case '30616':
    case '30617':
    case '30618':
      return { kind: 'credentials_bad', reason, refreshable: false };
    case '30606': // another timestamp may heal it
      return { kind: 'credentials_bad', reason, refreshable: true };
    case '30601':
    case '30605':
    case '30609':
    case '30610':
    case '30611':
    case '30614':
    case '30615':
      return { kind: 'payload_bad', reason };
    case '30699':
      return { kind: 'throttled', reason, scope: 'provider', ...delay };
    case '30600':
      return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
    default:
      return undefined;
  }
}

/** Codes that nobody knows, and answers of whatever stands before Baidu. */
function byStatus(status: number, code: string, delay: Delay): Outcome {
  const reason = code === '' ? `status_${status}` : code;
  if (status === 429) return { kind: 'throttled', reason, scope: 'provider', ...delay };
  if (status >= 500 && code === '') return { kind: 'provider_down', reason, faultOf: 'provider', ...delay };
  if (status >= 500 || (status >= 300 && status < 400)) return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
  if (status === 401 || status === 403) return { kind: 'credentials_bad', reason, refreshable: false };
  return { kind: 'payload_bad', reason };
}

/** More than nothing, so that a message that is counted at midnight waits too. */
function untilTomorrowMs(now: number): number {
  return dayMs - ((now + zoneMs) % dayMs);
}
