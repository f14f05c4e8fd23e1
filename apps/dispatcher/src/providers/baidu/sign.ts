import { createHash } from 'node:crypto';

/** What a request to Baidu carries, before it is encoded. */
export type BaiduParameters = Readonly<Record<string, string>>;

/**
 * Baidu's signature (providers.md 6.1): MD5 of the encoded method, URL, parameters and secret key. `url` has scheme, host and path as they are requested,
 * and no query; `sign` is not among the parameters.
 */
export function baiduSign(method: string, url: string, parameters: BaiduParameters, secretKey: string): string {
  const named = Object.keys(parameters).sort(byBytes);
  const pairs = named.map((name) => `${name}=${parameters[name] ?? ''}`).join('');
  return createHash('md5')
    .update(phpUrlencode(`${method.toUpperCase()}${url}${pairs}${secretKey}`))
    .digest('hex');
}

/** As PHP's `urlencode`: a space is +, and only letters, digits, `-`, `_` and `.` stay. */
export function phpUrlencode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
