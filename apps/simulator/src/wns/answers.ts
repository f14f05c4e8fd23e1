import type { Behaviour } from '../faults/behaviour.ts';

/** What WNS says of a notification. */
export interface WnsAnswer {
  readonly status: number;
  /** Of 200 only. */
  readonly notification?: 'received' | 'dropped' | 'channelthrottled';
  readonly device?: 'connected' | 'disconnected';
  /** X-WNS-Error-Description. */
  readonly description?: string;
  readonly retryAfterSeconds?: number;
}

const named: Readonly<Record<string, WnsAnswer>> = {
  dropped: { status: 200, notification: 'dropped' },
  channelthrottled: { status: 200, notification: 'channelthrottled' },
  disconnected: { status: 200, notification: 'received', device: 'disconnected' },
  '400': { status: 400, description: 'One or more headers are specified incorrectly or conflict with another header.' },
  '401': { status: 401, description: 'The access token is invalid or expired.' },
  '403': { status: 403, description: 'The cloud service is not authorized to send a notification to this URI.' },
  '404': { status: 404, description: 'The channel URI is not valid or is not recognized by WNS.' },
  '405': { status: 405, description: 'Invalid method.' },
  '406': { status: 406, description: 'The cloud service exceeded its throttle limit.' },
  '410': { status: 410, description: 'The channel expired.' },
  domain_blocked: { status: 410, description: 'Domain Blocked' },
  '412': { status: 412, description: 'The device is not reachable.' },
  '413': { status: 413, description: 'The notification payload exceeds the 5000 byte size limit.' },
  '500': { status: 500, description: 'An internal failure caused notification delivery to fail.' },
  '503': { status: 503, description: 'The server is currently unavailable.' },
};

/** The names that `answer:NAME` may give for WNS: what it says with 200, and its statuses. */
export const WNS_ANSWERS = Object.keys(named);

export function wnsAnswer(name: string): WnsAnswer {
  return named[name] ?? { status: 500 };
}

/** What WNS says to a channel with this fault; undefined when it takes the notification. WNS never names a newer channel. */
export function answerTo(behaviour: Behaviour): WnsAnswer | undefined {
  switch (behaviour.kind) {
    case 'invalid':
    case 'invalid_since':
    case 'moved':
      return wnsAnswer('410');
    case 'wrong_sender':
      return wnsAnswer('403');
    case 'throttled':
      return { ...wnsAnswer('406'), retryAfterSeconds: behaviour.afterSeconds };
    case 'unavailable':
      return { ...wnsAnswer('503'), retryAfterSeconds: behaviour.afterSeconds };
    case 'goaway':
    case 'goaway_error':
      return { ...wnsAnswer('503'), retryAfterSeconds: 1 };
    case 'answer':
      return wnsAnswer(behaviour.name);
    case 'ok':
    case 'slow':
    case 'reset':
    case 'reset_after_body':
      return undefined;
  }
}
