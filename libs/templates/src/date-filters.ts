import { toValue, type FilterImplOptions } from 'liquidjs';
import { strftime } from './strftime.ts';
import { instantOf, zonedTime } from './zoned-time.ts';

type Handler = Exclude<FilterImplOptions, { handler: unknown }>;

const usualFormat = '%A, %B %-e, %Y at %-l:%M %P %z';

/**
 * Liquid's filters of dates. All show UTC unless they are given a zone: its name in the IANA database, or minutes west of UTC. A text that names no zone is of
 * UTC, too. The library's own go by the zone of the process, and by the language of its machine. What is no date comes out as it went in.
 */
export const dateFilters: Readonly<Record<string, Handler>> = {
  date: (value, format, zone) => shown(value, isNone(format) ? usualFormat : String(toValue(format)), zone),
  date_to_xmlschema: (value) => shown(value, '%Y-%m-%dT%H:%M:%S%:z'),
  date_to_rfc822: (value) => shown(value, '%a, %d %b %Y %H:%M:%S %z'),
  date_to_string: (value, type, style) => shown(value, dayFormat('%b', type, style)),
  date_to_long_string: (value, type, style) => shown(value, dayFormat('%B', type, style)),
};

function shown(value: unknown, format: string, zone?: unknown): unknown {
  const at = instantOf(toValue(value));
  return at === undefined ? value : strftime(zonedTime(at, isNone(zone) ? 'UTC' : (toValue(zone) as string | number)), format);
}

function dayFormat(month: string, type: unknown, style: unknown): string {
  if (type !== 'ordinal') return `%d ${month} %Y`;
  return style === 'US' ? `${month} %-d%q, %Y` : `%-d%q ${month} %Y`;
}

function isNone(value: unknown): boolean {
  const plain: unknown = toValue(value);
  return plain === undefined || plain === null;
}
