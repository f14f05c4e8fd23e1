import type { Behaviour } from '../faults/behaviour.ts';
import { AnswerHeads } from '../wire/answer-heads.ts';
import type { WireAnswer } from '../wire/caller.ts';

const json = new AnswerHeads(['content-type', 'application/json']);
const page = new AnswerHeads(['content-type', 'text/html']);

/** Baidu's words for each code, with the HTTP status beside it. */
const words = {
  30_600: [500, 'Internal Server Error'],
  30_601: [405, 'Method Not Allowed'],
  30_602: [400, 'Request Params Not Valid'],
  30_603: [401, 'Authentication Failed'],
  30_604: [402, 'Quota Use Up Payment Required'],
  30_605: [404, 'Data Required Not Found'],
  30_606: [408, 'Request Time Expires Timeout'],
  30_607: [408, 'Channel Token Timeout'],
  30_608: [404, 'Bind Relation Not Found'],
  30_609: [404, 'Bind Number Too Many'],
  30_610: [409, 'Duplicate Operation'],
  30_611: [404, 'Group Not Found'],
  30_612: [403, 'Application Forbidden, Need Whitelist Authorization'],
  30_613: [403, 'App Or Push Message Not Initialized'],
  30_614: [403, 'Tag Number Too Many'],
  30_615: [403, 'Tag Number Of App Too Many'],
  30_616: [403, 'Unicast Push Not Permitted'],
  30_617: [403, 'Multicast Push Not Permitted'],
  30_618: [403, 'App Not Approved'],
  30_699: [429, 'Requests Are Too Frequent'],
  110_001: [200, 'User Blacklist App'],
} as const;

export type BaiduCode = keyof typeof words;

/** What does not come from the service itself but from what stands before it. */
const pages = ['500', '502', '503', '504'];

/** The names that `answer:NAME` may give for Baidu. */
export const BAIDU_ANSWERS: readonly string[] = [...Object.keys(words), ...pages];

export type BaiduRefusal =
  | { readonly code: BaiduCode; readonly detail?: string; readonly retryAfterSeconds?: number; readonly date?: string }
  | { readonly status: number; readonly retryAfterSeconds?: number };

export function answerOf(refusal: BaiduRefusal, requestId: number): WireAnswer {
  const { retryAfterSeconds: seconds } = refusal;
  const wait = seconds === undefined ? [] : ['retry-after', String(seconds)];
  if ('status' in refusal) return { head: page.of(refusal.status), own: wait, body: `<html><title>${refusal.status}</title></html>` };
  const [status, text] = words[refusal.code];
  const error = { request_id: requestId, error_code: refusal.code, error_msg: refusal.detail ?? text };
  return {
    head: json.of(status),
    own: [...wait, ...(refusal.date === undefined ? [] : ['date', refusal.date])],
    body: JSON.stringify(error),
  };
}

/** What the summary counts a refusal as. */
export function reasonOf(refusal: BaiduRefusal): string {
  return 'code' in refusal ? String(refusal.code) : `HTTP ${refusal.status}`;
}

export function taken(messageId: string, sentAtSeconds: number, requestId: number): WireAnswer {
  const params = { msg_id: messageId, send_time: sentAtSeconds };
  return { head: json.of(200), body: JSON.stringify({ request_id: requestId, response_params: params }) };
}

/** What Baidu says to a single device with this fault; undefined when it takes the message. It never names a newer address, nor another owner. */
export function refusalOf(behaviour: Behaviour): BaiduRefusal | undefined {
  switch (behaviour.kind) {
    case 'invalid':
    case 'invalid_since':
    case 'moved':
    case 'wrong_sender':
      return { code: 30_608 };
    case 'throttled':
      return { code: 30_699, retryAfterSeconds: behaviour.afterSeconds };
    case 'unavailable':
      return { status: 503, retryAfterSeconds: behaviour.afterSeconds };
    case 'goaway':
    case 'goaway_error':
      return { status: 503 };
    case 'answer':
      return named(behaviour.name);
    case 'ok':
    case 'slow':
    case 'reset':
    case 'reset_after_body':
      return undefined;
  }
}

function named(name: string): BaiduRefusal | undefined {
  if (pages.includes(name)) return { status: Number(name) };
  return Object.hasOwn(words, name) ? { code: Number(name) as BaiduCode } : undefined;
}
