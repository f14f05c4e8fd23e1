import { PushToken } from '#libs/kernel';
import type { Answer } from '../../transport/transport.ts';
import { jsonObjectOf, reasonOf } from '../answer-body.ts';
import { ACCEPTED_OUTCOME, type Outcome } from '../outcome.ts';
import { delayOf } from '../retry-after.ts';
import { movedTo, originOf } from './subscription.ts';

/** What Apple says of a sender's token; any other word of it is about the key. */
const appleTokenReasons = new Set(['BadJwtToken', 'ExpiredJwtToken']);
const keyMismatch = /mismatch|does not (?:match|correspond)|do not (?:match|correspond)|not (?:the )?same/i;
/** Mozilla's numbers for what is wrong with the keys of one subscription: invalid headers of encryption. */
const aboutKeys = /p256dh|public key|dh param/i;

/** providers.md 4.5. `token`: the address that was written to. */
export function classifyWebPush(answer: Answer, token: PushToken, now: number): Outcome {
  const { status } = answer;
  if (status === 200 || status === 201 || status === 202) return ACCEPTED_OUTCOME;
  const said = wordsOf(answer);
  const delay = delayOf(answer.header('retry-after'), now);
  const { reason } = said;
  switch (status) {
    case 301:
    case 308:
      return movedOutcome(answer, token, reason);
    case 400:
      return badRequest(said);
    case 401:
      return keyMismatch.test(said.text) ? { kind: 'wrong_sender', reason } : { kind: 'credentials_bad', reason, refreshable: true };
    case 403:
      return appleTokenReasons.has(reason)
        ? { kind: 'credentials_bad', reason, refreshable: true, scope: 'part' }
        : { kind: 'wrong_sender', reason };
    case 404:
    case 410:
      return { kind: 'token_invalid', reason };
    case 413:
      return { kind: 'payload_bad', reason: 'payload_too_large' };
    case 429:
      return { kind: 'throttled', reason, scope: 'token', ...delay };
    case 503:
      return { kind: 'provider_down', reason, faultOf: 'provider', scope: 'part', ...delay };
  }
  if (status >= 300 && status < 400) return { kind: 'retry_later', reason, faultOf: 'provider' };
  if (status >= 500) return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
  return status >= 400 ? { kind: 'payload_bad', reason } : { kind: 'unknown', reason };
}

interface Words {
  readonly reason: string;
  /** Everything that was said, in lower and upper case as it came. */
  readonly text: string;
}

/** Mozilla: `{"errno", "message"}`; Apple: `{"reason"}`; FCM: a text or a page. */
function wordsOf(answer: Answer): Words {
  const text = answer.body();
  const { reason, errno } = jsonObjectOf(text);
  const fallback = typeof errno === 'number' ? `errno_${errno}` : unauthorizedRegistration(text, answer.status);
  return { reason: reasonOf(reason, fallback), text };
}

function unauthorizedRegistration(text: string, status: number): string {
  return /UnauthorizedRegistration/i.test(text) ? 'UnauthorizedRegistration' : `status_${status}`;
}

function badRequest({ reason, text }: Words): Outcome {
  if (reason === 'UnauthorizedRegistration') return { kind: 'wrong_sender', reason };
  return aboutKeys.test(text) ? { kind: 'token_invalid', reason } : { kind: 'payload_bad', reason };
}

/** Another address at the same push service is believed; one anywhere else would let an answer choose whom we send to. */
function movedOutcome(answer: Answer, token: PushToken, reason: string): Outcome {
  const location = answer.header('location');
  const origin = originOf(token);
  const url = location === undefined || origin === undefined ? null : URL.parse(location, origin);
  if (url?.origin !== origin || url === null) return { kind: 'retry_later', reason, faultOf: 'provider' };
  return { kind: 'token_moved', reason, token: new PushToken(movedTo(token, url.href)) };
}
