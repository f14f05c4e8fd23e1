/** What a fault makes a provider do with a message. */
export type Behaviour =
  | { readonly kind: 'ok' | 'invalid' | 'reset' | 'reset_after_body' | 'goaway' | 'goaway_error' | 'wrong_sender' }
  /** APNs: 410 with this timestamp; FCM: 404. Milliseconds since 1970, past or future. */
  | { readonly kind: 'invalid_since'; readonly at: number }
  | { readonly kind: 'throttled'; readonly afterSeconds: number }
  | { readonly kind: 'unavailable'; readonly afterSeconds: number }
  /** Accepted at once, answered late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The old address is dead; the new one, where the provider's protocol can name it, is this. */
  | { readonly kind: 'moved'; readonly token: string }
  /** Any other answer of the provider by its own name, as in providers' tables. */
  | { readonly kind: 'answer'; readonly name: string };

const plain = new Set(['ok', 'invalid', 'reset', 'reset_after_body', 'goaway', 'goaway_error', 'wrong_sender']);
const maxDelayMs = 600_000;
const maxThrottleSeconds = 86_400;
const lastInstant = 8_640_000_000_000_000; // the largest time that ECMAScript's Date can say
const defaultRetrySeconds = 1;

/** Reads `throttled:5` and its like; undefined for what is none. */
export function behaviourOf(text: string): Behaviour | undefined {
  if (plain.has(text)) return { kind: text as 'ok' };
  const [, kind = '', value] = /^([a-z_]+)(?::(.+))?$/s.exec(text) ?? [];
  switch (kind) {
    case 'invalid_since':
      return numbered(value, lastInstant, (at) => ({ kind, at }));
    case 'throttled':
      return numbered(value, maxThrottleSeconds, (afterSeconds) => ({ kind, afterSeconds }));
    case 'unavailable':
      return numbered(value ?? String(defaultRetrySeconds), maxThrottleSeconds, (afterSeconds) => ({ kind, afterSeconds }));
    case 'slow':
      return numbered(value, maxDelayMs, (delayMs) => ({ kind, delayMs }));
    case 'moved':
      return value === undefined ? undefined : { kind, token: value };
    case 'answer':
      return value === undefined ? undefined : { kind, name: value };
    default:
      return undefined;
  }
}

function numbered(value: string | undefined, most: number, make: (number: number) => Behaviour): Behaviour | undefined {
  if (value === undefined || !/^\d{1,16}$/.test(value)) return undefined;
  const number = Number(value);
  return number <= most ? make(number) : undefined;
}
