const longestMs = 24 * 3_600_000;

/** How long a `Retry-After` asks to wait, ms: seconds or a date (RFC 9110 section 10.2.3), at most a day. Undefined when it says nothing. */
export function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1_000 : new Date(text).getTime() - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestMs) : undefined;
}

/** `{ afterMs }` for an outcome, or nothing. */
export function delayOf(text: string | undefined, now: number): { readonly afterMs?: number } {
  const afterMs = retryAfterMs(text, now);
  return afterMs === undefined ? {} : { afterMs };
}
