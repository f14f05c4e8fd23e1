const longestName = 64;
const names = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/; // no bare offsets, which Intl would take too
const remembered = new Map<string, boolean>();
const rememberedNames = 2_000;

/** Whether the text names a zone of the IANA time zone database, links such as `US/Pacific` included. */
export function isTimeZone(name: string): boolean {
  if (name.length > longestName || !names.test(name)) return false;
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const valid = isKnownToIntl(name);
  if (remembered.size >= rememberedNames) remembered.clear();
  remembered.set(name, valid); // asking Intl costs more than all other checks of a registration together
  return valid;
}

function isKnownToIntl(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
