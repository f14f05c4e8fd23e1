import { isJsonObject, type JsonObject } from '#libs/sends';
import type { Answer } from '../../transport/transport.ts';
import { jsonObjectOf, reasonOf } from '../answer-body.ts';
import { ACCEPTED_OUTCOME, type Outcome } from '../outcome.ts';
import { delayOf } from '../retry-after.ts';

type Delay = ReturnType<typeof delayOf>;

const success = '80000000';
const partly = '80100000';
/** What ends a token for good, of the causes by which the newer form of an answer groups tokens; any other cause keeps it. */
const deadCauses: ReadonlySet<string> = new Set(['tokenFormatError', 'invalidToken', 'tokenInvalid', 'expired', 'tokenExpired']);

/** providers.md 7.2: Huawei's own code decides, whatever HTTP says beside it. `token` is the one that was addressed; `now` in ms. */
export function classifyHms(answer: Answer, token: string, now: number): Outcome {
  const { code, msg } = jsonObjectOf(answer.body());
  const reason = typeof code === 'number' ? String(code) : reasonOf(code, '');
  const delay = delayOf(answer.header('retry-after'), now);
  if (reason === success) return ACCEPTED_OUTCOME;
  if (reason === partly) return ofPartialSuccess(msg, token);
  return byCode(reason, delay) ?? byStatus(answer.status, reason, delay);
}

function byCode(reason: string, delay: Delay): Outcome | undefined {
  switch (reason) {
    case '80300007': // said when every token of a request is bad: here there is one
      return { kind: 'token_invalid', reason };
    case '80100017':
      return { kind: 'throttled', reason, scope: 'token', ...delay };
    case '80200001':
    case '80200003':
    case '80200005':
      return { kind: 'credentials_bad', reason, refreshable: true };
    case '80300002':
      return { kind: 'credentials_bad', reason, refreshable: false };
    case '80600003':
      return { kind: 'provider_down', reason, faultOf: 'provider', ...delay };
    case '81000001':
      return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
    default:
      return undefined;
  }
}

/** Codes begin with what they are about: 801 the message, 802 authentication, 803 the request, 806 and 81 Huawei's own side. */
function byStatus(status: number, code: string, delay: Delay): Outcome {
  const reason = code === '' ? `status_${status}` : code;
  if (/^80[13]\d{5}$/.test(code)) return { kind: 'payload_bad', reason };
  if (/^802\d{5}$/.test(code)) return { kind: 'credentials_bad', reason, refreshable: true };
  if (/^8(?:06\d{5}|1\d{6})$/.test(code)) return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
  if (status === 503 || status === 429) return { kind: 'throttled', reason, scope: 'provider', ...delay };
  if (status === 401) return { kind: 'credentials_bad', reason, refreshable: true };
  if (status === 403 || status === 404) return { kind: 'credentials_bad', reason, refreshable: false };
  if (status >= 500) return { kind: 'provider_down', reason, faultOf: 'provider', ...delay };
  if (status >= 300 && status < 400) return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
  return status >= 400 || code !== '' ? { kind: 'payload_bad', reason } : { kind: 'unknown', reason: 'no_code' };
}

/**
 * Some tokens were refused, and those are named; every other one was accepted. `msg` is JSON in a text, `{"success", "failure", "illegal_tokens": […]}`, or groups
 * the tokens by cause.
 */
function ofPartialSuccess(msg: unknown, token: string): Outcome {
  const told = isJsonObject(msg) ? msg : jsonObjectOf(typeof msg === 'string' ? msg : '');
  const illegal = told['illegal_tokens'] ?? told['illegalTokens'];
  if (isAmong(illegal, token)) return { kind: 'token_invalid', reason: partly };
  if (isJsonObject(illegal)) return ofCauses(illegal, token);
  return Array.isArray(illegal) ? ACCEPTED_OUTCOME : { kind: 'unknown', reason: 'partial_answer_unreadable' };
}

function ofCauses(groups: JsonObject, token: string): Outcome {
  const [cause] = Object.entries(groups).find(([, tokens]) => isAmong(tokens, token)) ?? [];
  if (cause === undefined) return ACCEPTED_OUTCOME;
  return { kind: deadCauses.has(cause) ? 'token_invalid' : 'wrong_sender', reason: reasonOf(cause, partly) };
}

function isAmong(tokens: unknown, token: string): boolean {
  return Array.isArray(tokens) && tokens.includes(token);
}
