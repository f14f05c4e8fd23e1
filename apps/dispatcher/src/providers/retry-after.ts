const maxMs = 24 * 3_600_000;

/** How long a `Retry-After` asks to wait, ms: seconds or a date (RFC 9110 section 10.2.3), at most a day. Undefined when it says nothing. */
export function retryAfterMs(text: string | undefined, now: number): number | undefined {
  const ms = text === undefined ? NaN : delay(text.trim(), now);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), maxMs);
}

function delay(text: string, now: number): number {
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (!/^[A-Za-z]/.test(text)) return NaN;
  // The obsolete form of asctime names no zone, and is of GMT as the others are.
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - now;
}

/** `{ afterMs }` for an outcome, or nothing: a delay of 0 is none, because an outcome with 0 would say that nothing was processed. */
export function delayOf(text: string | undefined, now: number): { readonly afterMs?: number } {
  const afterMs = retryAfterMs(text, now);
  return afterMs === undefined || afterMs === 0 ? {} : { afterMs };
}
