import type { ZonedTime } from './zoned-time.ts';

const months = 'January February March April May June July August September October November December'.split(' ');
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const widest = 100;
const directive = /%([-_0^#:]*)(\d*)[EO]?(.)/gs;
const paddedWithBlanks = new Set('aAbBceklpPhr'.split(''));
const dayMs = 86_400_000;

interface Directive {
  readonly flags: string;
  readonly width: number;
}

/** Formats as Ruby's strftime does (Liquid's is that one), with English names. Throws RangeError for a width over 100. */
export function strftime(time: ZonedTime, format: string): string {
  return format.replace(directive, (whole, flags: string, digits: string, letter: string) => {
    const made = values[letter];
    if (!made) return whole;
    const width = Number(digits);
    if (width > widest) throw new RangeError(`a date is at most ${widest} wide`);
    return padded(String(made(time, { flags, width })), letter, { flags, width });
  });
}

function padded(text: string, letter: string, { flags, width }: Directive): string {
  let shown = text;
  if (flags.includes('^')) shown = text.toUpperCase();
  else if (flags.includes('#')) shown = /[a-z]/.test(text) ? text.toUpperCase() : text.toLowerCase();
  if (flags.includes('-')) return shown;
  const isBlank = !flags.includes('0') && (flags.includes('_') || paddedWithBlanks.has(letter));
  return shown.padStart(width || (usualWidths[letter] ?? 0), isBlank ? ' ' : '0');
}

const usualWidths: Readonly<Record<string, number>> = {
  C: 2, d: 2, e: 2, H: 2, I: 2, j: 3, k: 2, l: 2, L: 3, m: 2, M: 2, S: 2, U: 2, W: 2, y: 2, Y: 4,
}; // prettier-ignore

type Maker = (time: ZonedTime, directive: Directive) => string | number;

const values: Readonly<Record<string, Maker | undefined>> = {
  a: ({ wall }) => nameOf(weekdays, wall.getUTCDay()).slice(0, 3),
  A: ({ wall }) => nameOf(weekdays, wall.getUTCDay()),
  b: ({ wall }) => nameOf(months, wall.getUTCMonth()).slice(0, 3),
  h: ({ wall }) => nameOf(months, wall.getUTCMonth()).slice(0, 3),
  B: ({ wall }) => nameOf(months, wall.getUTCMonth()),
  c: (time) => strftime(time, '%a %b %e %H:%M:%S %Y'),
  C: ({ wall }) => Math.floor(wall.getUTCFullYear() / 100),
  d: ({ wall }) => wall.getUTCDate(),
  D: (time) => strftime(time, '%m/%d/%y'),
  e: ({ wall }) => wall.getUTCDate(),
  F: (time) => strftime(time, '%Y-%m-%d'),
  H: ({ wall }) => wall.getUTCHours(),
  I: ({ wall }) => wall.getUTCHours() % 12 || 12,
  j: ({ wall }) => dayOfYear(wall),
  k: ({ wall }) => wall.getUTCHours(),
  l: ({ wall }) => wall.getUTCHours() % 12 || 12,
  L: ({ wall }) => wall.getUTCMilliseconds(),
  m: ({ wall }) => wall.getUTCMonth() + 1,
  M: ({ wall }) => wall.getUTCMinutes(),
  n: () => '\n',
  N: ({ wall }, { width }) =>
    String(wall.getUTCMilliseconds())
      .padStart(3, '0')
      .padEnd(width || 9, '0')
      .slice(0, width || 9),
  p: ({ wall }) => (wall.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: ({ wall }) => (wall.getUTCHours() < 12 ? 'am' : 'pm'),
  q: ({ wall }) => ordinalOf(wall.getUTCDate()),
  r: (time) => strftime(time, '%I:%M:%S %p'),
  R: (time) => strftime(time, '%H:%M'),
  s: ({ instant }) => Math.floor(instant / 1_000),
  S: ({ wall }) => wall.getUTCSeconds(),
  t: () => '\t',
  T: (time) => strftime(time, '%H:%M:%S'),
  u: ({ wall }) => wall.getUTCDay() || 7,
  U: ({ wall }) => weekOfYear(wall, 0),
  w: ({ wall }) => wall.getUTCDay(),
  W: ({ wall }) => weekOfYear(wall, 1),
  x: (time) => strftime(time, '%m/%d/%y'),
  X: (time) => strftime(time, '%H:%M:%S'),
  y: ({ wall }) => ((wall.getUTCFullYear() % 100) + 100) % 100,
  Y: ({ wall }) => wall.getUTCFullYear(),
  z: (time, { flags }) => offsetText(time, flags),
  Z: (time, { flags }) => time.zone || offsetText(time, flags),
  '%': () => '%',
};

function nameOf(names: readonly string[], index: number): string {
  return names[index] ?? '';
}

function dayOfYear(wall: Date): number {
  return Math.floor((wall.getTime() - Date.UTC(wall.getUTCFullYear(), 0, 1)) / dayMs) + 1;
}

/** Days before the first `firstDay` are of week 0. */
function weekOfYear(wall: Date, firstDay: number): number {
  const sinceFirstDay = (wall.getUTCDay() - firstDay + 7) % 7;
  return Math.floor((dayOfYear(wall) - 1 - sinceFirstDay + 7) / 7);
}

function ordinalOf(day: number): string {
  if (day >= 11 && day <= 13) return 'th';
  return ['th', 'st', 'nd', 'rd'][day % 10] ?? 'th';
}

function offsetText({ offset }: ZonedTime, flags: string): string {
  const minutes = Math.abs(Math.round(offset));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${offset < 0 ? '-' : '+'}${hours}${flags.includes(':') ? ':' : ''}${rest}`;
}
