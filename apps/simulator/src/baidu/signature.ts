import { createHash } from 'node:crypto';

const kept = new Set(Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'));
const space = 0x20;

/**
 * The signature that a request should have, computed anew from what arrived: MD5 of PHP's `urlencode` of method, URL, parameters sorted by name without anything between
 * them, and the secret key. Byte by byte, so that nothing of a client's own encoding is shared.
 */
export function signatureOf(method: string, url: string, parameters: ReadonlyMap<string, string>, secretKey: string): string {
  const named = [...parameters].filter(([name]) => name !== 'sign').map(([name, value]) => `${name}=${value}`);
  const pairs = named.map((pair) => Buffer.from(pair)).sort((one, other) => Buffer.compare(one, other));
  const text = Buffer.concat([Buffer.from(`${method}${url}`), ...pairs, Buffer.from(secretKey)]);
  return createHash('md5').update(urlencode(text)).digest('hex');
}

function urlencode(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    if (kept.has(byte)) text += String.fromCharCode(byte);
    else text += byte === space ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
