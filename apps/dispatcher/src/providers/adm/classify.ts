import { PushToken } from '#libs/kernel';
import type { Answer } from '../../transport/transport.ts';
import { jsonObjectOf, reasonOf } from '../answer-body.ts';
import { ACCEPTED_OUTCOME, type Outcome } from '../outcome.ts';
import { delayOf } from '../retry-after.ts';

const registrationId = /^[\x21-\x7e]{1,4096}$/;

/** providers.md 5.2. `addressed`: the registration id that the message went to. */
export function classifyAdm(answer: Answer, addressed: PushToken, now: number): Outcome {
  const { status } = answer;
  const { registrationID: canonical, reason: said } = jsonObjectOf(answer.body());
  if (status === 200) return accepted(canonical, addressed);
  const reason = reasonOf(said, `status_${status}`);
  const delay = delayOf(answer.header('retry-after'), now);
  return byReason(reason, delay) ?? byStatus(status, reason, delay);
}

/** Amazon answers with the address that it wants from now on. */
function accepted(canonical: unknown, addressed: PushToken): Outcome {
  if (typeof canonical !== 'string' || canonical === addressed.reveal() || !registrationId.test(canonical)) return ACCEPTED_OUTCOME;
  return { kind: 'token_moved', reason: 'canonical_registration', token: new PushToken(canonical) };
}

type Delay = ReturnType<typeof delayOf>;

function byReason(reason: string, delay: Delay): Outcome | undefined {
  switch (reason) {
    // The second is said of an address of another security profile, too; the guard of purges holds them back where it is said of many.
    case 'Unregistered':
    case 'InvalidRegistrationId':
      return { kind: 'token_invalid', reason };
    case 'InvalidData':
    case 'InvalidConsolidationKey':
    case 'InvalidExpiration':
    case 'InvalidType':
    case 'InvalidChecksum':
    case 'MessageTooLarge':
      return { kind: 'payload_bad', reason };
    case 'AccessTokenExpired':
      return { kind: 'credentials_bad', reason, refreshable: true };
    case 'MaxRateExceeded':
      return { kind: 'throttled', reason, scope: 'provider', ...delay };
    default:
      return undefined;
  }
}

/** providers.md 0.3, guard 4, for what says no reason that we know. */
function byStatus(status: number, reason: string, delay: Delay): Outcome {
  if (status === 401) return { kind: 'credentials_bad', reason, refreshable: true };
  if (status === 429) return { kind: 'throttled', reason, scope: 'provider', ...delay };
  if (status === 503) return { kind: 'provider_down', reason, faultOf: 'provider', ...delay };
  if (status >= 500 || (status >= 300 && status < 400)) return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
  return status >= 400 ? { kind: 'payload_bad', reason } : { kind: 'unknown', reason };
}
