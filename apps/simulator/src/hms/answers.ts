import type { Behaviour } from '../faults/behaviour.ts';
import { AnswerHeads } from '../wire/answer-heads.ts';
import type { WireAnswer } from '../wire/caller.ts';

const json = new AnswerHeads(['content-type', 'application/json; charset=utf-8']);
const page = new AnswerHeads(['content-type', 'text/html']);

/** Huawei's words for each code ("Common server response codes"). */
const words = {
  '80000000': 'Success',
  '80100000': 'Some tokens are right, the others are illegal',
  '80100001': 'Parameter is invalid',
  '80100002': 'The number of tokens must be 1 when a message is sent in synchronous mode',
  '80100003': 'Incorrect message structure',
  '80100004': 'The message expiration time is earlier than the current time',
  '80100013': 'The collapse_key message field is invalid',
  '80100016': 'The message contains sensitive information',
  '80100017': 'A maximum of 100 topic-based messages can be sent at the same time',
  '80200001': 'OAuth authentication error',
  '80200003': 'OAuth token expired',
  '80200005': 'The JWT expired',
  '80300002': 'The app does not have permission to send messages',
  '80300007': 'All tokens are invalid',
  '80300008': 'The message body size exceeds the default value set by the system',
  '80300010': 'The number of tokens in the message body exceeds the default value',
  '80600003': 'Failed to request the OAuth service',
  '81000001': 'System inner error',
} as const;

export type HmsCode = keyof typeof words;

/** What does not come from the service itself but from what stands before it. */
const pages = ['404', '500', '502', '503', '504'] as const;

/** The names that `answer:NAME` may give for HMS. */
export const HMS_ANSWERS: readonly string[] = [...Object.keys(words).filter((code) => code !== '80000000'), ...pages];

/** A refusal: a code of the service (with HTTP 200, as most of them come), or a page without one. */
export type HmsRefusal =
  { readonly code: HmsCode; readonly detail?: string } | { readonly status: number; readonly retryAfterSeconds?: number };

export function answerOf(refusal: HmsRefusal): WireAnswer {
  if ('code' in refusal) return coded(refusal.code, refusal.detail ?? words[refusal.code]);
  const { status, retryAfterSeconds } = refusal;
  const own = retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)];
  return { head: page.of(status), own, body: `<html><head><title>${status}</title></head></html>` };
}

/** What the summary counts a refusal as. */
export function reasonOf(refusal: HmsRefusal): string {
  return 'code' in refusal ? refusal.code : `HTTP ${refusal.status}`;
}

/** `msg` is a text, whatever is in it. */
export function coded(code: HmsCode, msg: string = words[code], requestId = '0'): WireAnswer {
  return { head: json.of(200), body: JSON.stringify({ code, msg, requestId }) };
}

/** What a fault of one token says of the whole request; undefined: nothing, though it may name the token among others. */
export function refusalOf(behaviour: Behaviour): HmsRefusal | undefined {
  switch (behaviour.kind) {
    case 'throttled': // flow control
      return { status: 503, retryAfterSeconds: behaviour.afterSeconds };
    case 'unavailable':
      return { status: 502, retryAfterSeconds: behaviour.afterSeconds };
    case 'goaway':
    case 'goaway_error':
      return { status: 502 };
    case 'answer':
      return named(behaviour.name);
    case 'ok':
    case 'slow':
    case 'invalid':
    case 'invalid_since':
    case 'moved':
    case 'wrong_sender':
    case 'reset':
    case 'reset_after_body':
      return undefined;
  }
}

function named(name: string): HmsRefusal | undefined {
  if (name === '80100000') return undefined; // names the token among others
  if ((pages as readonly string[]).includes(name)) return { status: Number(name) };
  return Object.hasOwn(words, name) ? { code: name as HmsCode } : undefined;
}
