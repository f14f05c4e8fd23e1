import type { Behaviour } from '../faults/behaviour.ts';
import { isRefusal, refusal, type Refusal } from './vendors.ts';

/** What a push service says to a subscription with this fault; undefined when it takes the message. */
export function faultOf(behaviour: Behaviour, endpoint: string): Refusal | undefined {
  switch (behaviour.kind) {
    case 'invalid':
    case 'invalid_since':
      return refusal('gone');
    case 'moved':
      return refusal('moved', { location: URL.parse(behaviour.token, endpoint)?.href ?? endpoint });
    case 'wrong_sender':
      return refusal('vapid_key_mismatch');
    case 'throttled':
      return refusal('throttled', { retryAfterSeconds: behaviour.afterSeconds });
    case 'unavailable':
      return refusal('unavailable', { retryAfterSeconds: behaviour.afterSeconds });
    case 'goaway':
    case 'goaway_error':
      return refusal('unavailable', { retryAfterSeconds: 1 });
    case 'answer':
      return isRefusal(behaviour.name) ? refusal(behaviour.name) : undefined;
    case 'ok':
    case 'slow':
    case 'reset':
    case 'reset_after_body':
      return undefined;
  }
}
