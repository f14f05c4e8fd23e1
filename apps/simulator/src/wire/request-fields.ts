const colon = 0x3a;
const pseudoHeaders = new Map([':method', ':path', ':scheme', ':authority'].map((name, index) => [name, 1 << index]));
/** `:method` and `:path`. */
const required = 0b11;

/** Whether the fields, names and values in turn, can be a request's: pseudo-headers come first, none twice or unknown, method and path among them. */
export function isRequest(fields: readonly string[]): boolean {
  let seen = 0;
  let isPast = false;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? '';
    if (name.charCodeAt(0) === colon) {
      const bit = pseudoHeaders.get(name) ?? 0;
      if (isPast || bit === 0 || (seen & bit) !== 0) return false;
      seen |= bit;
    } else isPast = true;
  }
  return (seen & required) === required;
}
