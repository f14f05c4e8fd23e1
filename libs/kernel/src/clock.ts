/** Where time comes from. Every instant inside the platform is a whole number of milliseconds since 1970 (UTC). */
export abstract class Clock {
  abstract now(): number;
}

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}

/** RFC 3339 text of an instant, as API answers and events carry it. */
export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
