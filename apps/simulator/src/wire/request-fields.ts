const colon = 0x3a;
const space = 0x20;
const tab = 0x09;
const pseudoHeaders = new Map([':method', ':path', ':scheme', ':authority'].map((name, index) => [name, 1 << index]));
/** `:method`, `:path` and `:scheme`. */
const required = 0b111;
const ofConnection = new Set(['connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade']);
const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
const scheme = /^[a-z][a-z0-9+.-]*$/i;
/** Names that were found good: a connection's requests have the same ones again and again. */
const goodNames = new Set<string>();
const maxGoodNames = 1_000;

/** What a block of fields is: malformed, or a request with the length that it promises for its body (undefined: it promises none). */
export type RequestFields = { readonly contentLength: number | undefined } | 'malformed';

const unpromised: RequestFields = { contentLength: undefined };

/**
 * Reads the fields of a request, names and values in turn, as RFC 9113 section 8 has them: pseudo-headers come first, none twice or unknown, method, path
 * and scheme among them; names have no capitals; nothing is about the connection; no value has NUL, CR or LF, or blanks at an end.
 */
export function readRequest(fields: readonly string[]): RequestFields {
  let seen = 0;
  let isPast = false;
  let promise: string | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? '';
    const value = fields[at + 1] ?? '';
    if (name.charCodeAt(0) === colon) {
      const bit = pseudoHeaders.get(name) ?? 0;
      if (isPast || bit === 0 || (seen & bit) !== 0 || !isGoodValue(value) || !isGoodPseudo(name, value)) return 'malformed';
      seen |= bit;
    } else {
      isPast = true;
      if (!isGoodField(name, value)) return 'malformed';
      if (name === 'content-length') {
        if (promise !== undefined && promise !== value) return 'malformed';
        promise = value;
      }
    }
  }
  if ((seen & required) !== required) return 'malformed';
  if (promise === undefined) return unpromised;
  return /^\d{1,15}$/.test(promise) ? { contentLength: Number(promise) } : 'malformed';
}

/** Whether the fields after a body may be there: ordinary ones only. */
export function areTrailers(fields: readonly string[]): boolean {
  for (let at = 0; at < fields.length; at += 2) if (!isGoodField(fields[at] ?? '', fields[at + 1] ?? '')) return false;
  return true;
}

/** Whether a field that was good is so with this value as well, for itself; false where that takes more than a look at the field. */
export function isGoodValueOf(name: string, value: string): boolean {
  if (name.charCodeAt(0) === colon) return isGoodValue(value) && isGoodPseudo(name, value);
  return name !== 'content-length' && name !== 'te' && isGoodValue(value);
}

function isGoodPseudo(name: string, value: string): boolean {
  if (name === ':path') return value.startsWith('/') || value === '*';
  if (name === ':scheme') return scheme.test(value);
  return name !== ':method' || value !== '';
}

function isGoodField(name: string, value: string): boolean {
  return isGoodName(name) && isGoodValue(value) && (name !== 'te' || value.toLowerCase() === 'trailers');
}

function isGoodName(name: string): boolean {
  if (goodNames.has(name)) return true;
  if (!token.test(name) || ofConnection.has(name)) return false;
  if (goodNames.size < maxGoodNames && name.length < 64) goodNames.add(name);
  return true;
}

function isGoodValue(value: string): boolean {
  if (value === '') return true;
  return !isBlank(value.charCodeAt(0)) && !isBlank(value.charCodeAt(value.length - 1)) && !hasBreak(value);
}

function isBlank(unit: number): boolean {
  return unit === space || unit === tab;
}

function hasBreak(value: string): boolean {
  return value.includes('\0') || value.includes('\n') || value.includes('\r');
}
