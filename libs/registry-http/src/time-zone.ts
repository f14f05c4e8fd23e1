import { remembered } from './remembered.ts';

const longestName = 64;
const names = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/; // no bare offsets, which Intl would take too

/** Whether the text names a zone of the IANA time zone database, links such as `US/Pacific` included. */
export function isTimeZone(name: string): boolean {
  return name.length <= longestName && names.test(name) && isKnownToIntl(name);
}

const isKnownToIntl = remembered((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
});
