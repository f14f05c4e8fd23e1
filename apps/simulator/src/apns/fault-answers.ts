import type { Behaviour } from '../faults/behaviour.ts';
import { isApnsReason, statusOf, type ApnsRefusal } from './answers.ts';

/** What APNs says to a token with this fault; undefined when it accepts the message. It names no delay with 429 and 503, and no newer token. */
export function refusalOf(behaviour: Behaviour, nowMs: number): ApnsRefusal | undefined {
  switch (behaviour.kind) {
    case 'invalid':
    case 'moved':
      return { reason: 'Unregistered', timestamp: nowMs };
    case 'invalid_since':
      return { reason: 'Unregistered', timestamp: behaviour.at };
    case 'wrong_sender':
      return { reason: 'DeviceTokenNotForTopic' };
    case 'throttled':
      return { reason: 'TooManyRequests' };
    case 'unavailable':
      return { reason: 'ServiceUnavailable' };
    case 'goaway':
    case 'goaway_error':
      return { reason: 'Shutdown' };
    case 'answer':
      return named(behaviour.name, nowMs);
    case 'ok':
    case 'slow':
    case 'reset':
    case 'reset_after_body':
      return undefined;
  }
}

function named(reason: string, nowMs: number): ApnsRefusal | undefined {
  if (!isApnsReason(reason)) return undefined;
  return statusOf(reason) === 410 ? { reason, timestamp: nowMs } : { reason };
}
