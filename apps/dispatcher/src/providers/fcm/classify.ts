import type { Answer } from '../../transport/transport.ts';
import { jsonObjectOf, reasonOf } from '../answer-body.ts';
import { classifyApnsReason } from '../apns/classify.ts';
import { type JsonObject, isJsonObject } from '#libs/sends';
import { ACCEPTED_OUTCOME, type Outcome } from '../outcome.ts';
import { delayOf } from '../retry-after.ts';

/** It says nothing of what is wrong, nor that it will pass. */
const triesOfUnspecified = 3;

/** providers.md 2.4 and 2.5. */
export function classifyFcm(answer: Answer, now: number): Outcome {
  const body = answer.body();
  if (answer.status === 200) return body.includes('"name"') ? ACCEPTED_OUTCOME : { kind: 'unknown', reason: 'no_message_name' };
  const { error } = jsonObjectOf(body);
  const found = faultOf(isJsonObject(error) ? error : {});
  const delay = delayOf(answer.header('retry-after'), now);
  return byApns(found, now) ?? byCode(found, delay) ?? byStatus(answer.status, found, delay);
}

interface Fault {
  readonly message: string;
  readonly status: unknown;
  /** FCM's own word, if FCM itself spoke and not a layer before it. */
  readonly code: string | undefined;
  readonly apns: JsonObject | undefined;
  /** `message.token`, or "" where a violation names no field. */
  readonly violations: readonly string[];
  readonly quota: string;
}

type Delay = ReturnType<typeof delayOf>;

function faultOf(error: JsonObject): Fault {
  const details = Array.isArray(error['details']) ? error['details'].filter(isJsonObject) : [];
  const detail = (type: string) => details.find((candidate) => String(candidate['@type']).includes(type));
  const code = detail('fcm.v1.FcmError')?.['errorCode'] ?? detail('fcm.v1.FcmErrorCode')?.['errorCode'];
  const violations = detail('google.rpc.BadRequest')?.['fieldViolations'];
  return {
    message: typeof error['message'] === 'string' ? error['message'] : '',
    status: error['status'],
    code: code === undefined ? undefined : reasonOf(code, 'unrecognised'),
    apns: detail('fcm.v1.ApnsError'),
    violations: Array.isArray(violations)
      ? violations.filter(isJsonObject).map(({ field }) => (typeof field === 'string' ? field : ''))
      : [],
    quota: JSON.stringify(detail('google.rpc.QuotaFailure') ?? ''),
  };
}

/** What APNs said to FCM counts as if it had said it to us; but a key that FCM holds is nothing that we could renew. */
function byApns({ apns }: Fault, now: number): Outcome | undefined {
  const status = apns?.['statusCode'];
  if (typeof status !== 'number') return undefined;
  const outcome = classifyApnsReason(status, apns?.['reason'], undefined, undefined, now);
  return outcome.kind === 'credentials_bad' ? { ...outcome, refreshable: false, scope: 'part' } : outcome;
}

function byCode(fault: Fault, delay: Delay): Outcome | undefined {
  const reason = fault.code;
  if (reason === undefined) return undefined;
  switch (reason) {
    case 'UNREGISTERED':
      return { kind: 'token_invalid', reason };
    case 'SENDER_ID_MISMATCH':
      return { kind: 'wrong_sender', reason };
    // Of the key of APNs, or of web push, that the project holds: other platforms have nothing to do with it.
    case 'THIRD_PARTY_AUTH_ERROR':
      return { kind: 'credentials_bad', reason, refreshable: false, scope: 'part' };
    case 'QUOTA_EXCEEDED':
      return { kind: 'throttled', reason, scope: scopeOf(fault), ...delay };
    case 'UNAVAILABLE':
      return { kind: 'provider_down', reason, faultOf: 'provider', ...delay };
    case 'UNSPECIFIED_ERROR':
      return { kind: 'retry_later', reason, faultOf: 'provider', maxTries: triesOfUnspecified, ...delay };
    case 'INTERNAL':
      return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
    default:
      return undefined;
  }
}

function byStatus(status: number, fault: Fault, delay: Delay): Outcome {
  const reason = fault.code ?? reasonOf(fault.status, `status_${status}`);
  if (status === 400) return invalidArgument(fault, reason);
  if (status === 401) return { kind: 'credentials_bad', reason, refreshable: true };
  if ((status === 403 || status === 404) && fault.code === undefined) return { kind: 'credentials_bad', reason, refreshable: false };
  if (status === 429) return { kind: 'throttled', reason, scope: scopeOf(fault), ...delay };
  if (status === 503) return { kind: 'provider_down', reason, faultOf: 'provider', ...delay };
  if (status >= 500 || (status >= 300 && status < 400)) return { kind: 'retry_later', reason, faultOf: 'provider', ...delay };
  return status >= 400 ? { kind: 'payload_bad', reason } : { kind: 'unknown', reason };
}

/**
 * INVALID_ARGUMENT is said of tokens and of messages alike. A token is blamed only where nothing else can be: purging on every one destroys
 * the audience on one bad payload.
 */
function invalidArgument({ code, violations, message }: Fault, reason: string): Outcome {
  const isOfToken = violations.length > 0 ? violations.every((field) => field === 'message.token') : /registration token/i.test(message);
  return isOfToken && code === 'INVALID_ARGUMENT' ? { kind: 'token_invalid', reason } : { kind: 'payload_bad', reason };
}

function scopeOf({ message, quota }: Fault): 'token' | 'provider' {
  return /device|topic/i.test(`${message} ${quota}`) ? 'token' : 'provider';
}
