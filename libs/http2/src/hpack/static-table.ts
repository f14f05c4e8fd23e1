/** The fields that have a number from the start: RFC 7541 appendix A, from 1 on, names and values in turn. */
const fields = [
  ':authority', '', ':method', 'GET', ':method', 'POST', ':path', '/', ':path', '/index.html', ':scheme', 'http', ':scheme', 'https',
  ':status', '200', ':status', '204', ':status', '206', ':status', '304', ':status', '400', ':status', '404', ':status', '500',
  'accept-charset', '', 'accept-encoding', 'gzip, deflate', 'accept-language', '', 'accept-ranges', '', 'accept', '',
  'access-control-allow-origin', '', 'age', '', 'allow', '', 'authorization', '', 'cache-control', '', 'content-disposition', '',
  'content-encoding', '', 'content-language', '', 'content-length', '', 'content-location', '', 'content-range', '', 'content-type', '',
  'cookie', '', 'date', '', 'etag', '', 'expect', '', 'expires', '', 'from', '', 'host', '', 'if-match', '', 'if-modified-since', '',
  'if-none-match', '', 'if-range', '', 'if-unmodified-since', '', 'last-modified', '', 'link', '', 'location', '', 'max-forwards', '',
  'proxy-authenticate', '', 'proxy-authorization', '', 'range', '', 'referer', '', 'refresh', '', 'retry-after', '', 'server', '',
  'set-cookie', '', 'strict-transport-security', '', 'transfer-encoding', '', 'user-agent', '', 'vary', '', 'via', '',
  'www-authenticate', '',
]; // prettier-ignore

export const staticFields = fields.length / 2;

export function staticName(index: number): string {
  return fields[index * 2 - 2] ?? '';
}

export function staticValue(index: number): string {
  return fields[index * 2 - 1] ?? '';
}

const names = new Map<string, number>();
const whole = new Map<string, Map<string, number>>();
for (let index = staticFields; index > 0; index -= 1) {
  const name = staticName(index);
  names.set(name, index);
  const values = whole.get(name) ?? new Map<string, number>();
  whole.set(name, values.set(staticValue(index), index));
}

/** 0: none has this name. */
export function staticIndexOfName(name: string): number {
  return names.get(name) ?? 0;
}

/** 0: there is no such field. */
export function staticIndexOf(name: string, value: string): number {
  return whole.get(name)?.get(value) ?? 0;
}
