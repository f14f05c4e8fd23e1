import { SystemClock } from '#libs/kernel';

/** What a clock on the wall shows, in one zone. */
export interface ZonedTime {
  /** Its UTC fields are what the wall shows. */
  readonly wall: Date;
  /** ms. */
  readonly instant: number;
  /** Minutes east of UTC. */
  readonly offset: number;
  /** As the zone was named; '' where only an offset is known. */
  readonly zone: string;
}

const clock = new SystemClock();
const minuteMs = 60_000;
const maxZones = 500;
/** Behind a time of day. A bare year behind a minus is none. */
const namesZone =
  /(?:\d\s*|[AP]M\s*)(?:Z|UTC?|GMT|[ECMP][SD]T)(?:\s*\(.*\))?$|:\d\d(?:[.,]\d+)?\s*(?:[AP]M\s*)?(?:UTC|GMT)?[+-]\d\d(?::?\d\d)?(?:\s*\(.*\))?$/is;

/** The instant (ms) of a date as texts and filters give it: RFC 3339 or another form that JavaScript reads, seconds since 1970, `now`. undefined: it is none. */
export function instantOf(value: unknown): number | undefined {
  const at = typeof value === 'number' ? value * 1_000 : typeof value === 'string' ? instantOfText(value.trim()) : NaN;
  return Number.isNaN(new Date(at).getTime()) ? undefined : at;
}

function instantOfText(text: string): number {
  if (text === 'now' || text === 'today') return clock.now();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  if (text.length > 64 || namesZone.test(text)) return Date.parse(text);
  // A day alone, and what names no zone, would be of the zone of the process in some forms and not in others.
  const candidates = [`${text}Z`, `${text} UTC`, `${text}T00:00:00Z`].map((one) => Date.parse(one));
  return candidates.find((at) => !Number.isNaN(at)) ?? NaN;
}

/** `zone`: a name of the IANA database, or minutes west of UTC. Throws RangeError where there is no such zone. */
export function zonedTime(instant: number, zone: string | number): ZonedTime {
  const offset = typeof zone === 'number' ? -zone : offsetOf(zone, instant);
  if (!Number.isFinite(offset) || Math.abs(offset) > 24 * 60) throw new RangeError(`${zone} is no zone of time`);
  return { wall: new Date(instant + offset * minuteMs), instant, offset, zone: typeof zone === 'number' ? '' : zone };
}

function offsetOf(zone: string, instant: number): number {
  if (zone === 'UTC') return 0;
  const name =
    formatOf(zone)
      .formatToParts(instant)
      .find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /([+\u2212-])(\d+)(?::(\d+))?(?::(\d+))?/.exec(name) ?? [];
  const east = Number(hours) * 60 + Number(minutes) + Number(seconds) / 60;
  return sign === '+' ? east : -east;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  if (formats.size >= maxZones) formats.clear();
  formats.set(zone, format);
  return format;
}
