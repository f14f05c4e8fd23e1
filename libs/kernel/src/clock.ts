/** Where time comes from. Every instant inside the platform is a whole number of milliseconds since 1970 (UTC). */
export abstract class Clock {
  abstract now(): number;
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}

const remembered = 64;
const instants = new Float64Array(remembered).fill(NaN);
const texts = Array.from({ length: remembered }, () => '');

/** RFC 3339 text of an instant, as API answers and events carry it. The last ones are remembered: one answer says the same instant several times. */
export function isoTime(atMs: number): string {
  const place = atMs & (remembered - 1);
  if (instants[place] === atMs) return texts[place] ?? '';
  const text = new Date(atMs).toISOString();
  instants[place] = atMs;
  texts[place] = text;
  return text;
}

/** The same of an instant that may not be there. */
export function isoTimeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : isoTime(atMs);
}
