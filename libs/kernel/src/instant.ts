const form =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})[Tt](?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})(?:\.\d{1,9})?(?:[Zz]|[+-](?<offsetHour>\d{2}):(?<offsetMinute>\d{2}))$/;

const [first, end] = [Date.parse('0001-01-01T00:00:00Z'), Date.parse('+010000-01-01T00:00:00Z')];

/**
 * The instant (ms since 1970) that an RFC 3339 text names, with an offset, in the years 1 to 9999. undefined for other texts and for what no calendar has:
 * a 30th of February, 24:61, a year 0. `Date.parse` takes some of those for the day after. Leap seconds are not told apart from mistakes.
 */
export function parseInstant(text: string): number | undefined {
  // A schema asks whether it is one, then which; and those of one call are often the same.
  if (text !== last.text) last = { text, at: parsedInstant(text) };
  return last.at;
}

let last: { readonly text: string; readonly at: number | undefined } = { text: '', at: undefined };

function parsedInstant(text: string): number | undefined {
  const parts = form.exec(text)?.groups;
  if (!parts) return undefined;
  const part = (name: string) => Number(parts[name] ?? 0);
  const daysInMonth = new Date(Date.UTC(2_000 + (part('year') % 400), part('month'), 0)).getUTCDate(); // the calendar repeats after 400 years
  const isOnClock =
    part('hour') <= 23 && part('minute') <= 59 && part('second') <= 59 && part('offsetHour') <= 23 && part('offsetMinute') <= 59;
  const isInCalendar = part('month') >= 1 && part('month') <= 12 && part('day') >= 1 && part('day') <= daysInMonth;
  if (!isOnClock || !isInCalendar) return undefined;
  const at = Date.parse(text.toUpperCase());
  return at >= first && at < end ? at : undefined;
}
