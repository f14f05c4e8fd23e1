import { areTrailers, readRequest } from '../../src/wire/request-fields.ts';

const good = [':method', 'POST', ':scheme', 'https', ':path', '/3/device/00', ':authority', 'x'];

describe('the fields of a request', () => {
  it('are taken as clients send them', () => {
    expect(readRequest([...good, 'te', 'trailers', 'user-agent', 'a b', 'x-empty', ''])).toEqual({ contentLength: undefined });
    expect(readRequest([...good, 'content-length', '12', 'content-length', '12'])).toEqual({ contentLength: 12 });
  });

  it.each([
    ['a name with capitals', [...good, 'Apns-Topic', 'a']],
    ['a name with a blank', [...good, 'apns topic', 'a']],
    ['an empty name', [...good, '', 'a']],
    ['connection', [...good, 'connection', 'keep-alive']],
    ['proxy-connection', [...good, 'proxy-connection', 'keep-alive']],
    ['keep-alive', [...good, 'keep-alive', 'timeout=5']],
    ['upgrade', [...good, 'upgrade', 'h2c']],
    ['transfer-encoding', [...good, 'transfer-encoding', 'chunked']],
    ['te that asks for a coding', [...good, 'te', 'gzip']],
    ['te that asks for a coding beside trailers', [...good, 'te', 'trailers, gzip']],
    ['a length that is no number', [...good, 'content-length', '1e3']],
    ['a length below zero', [...good, 'content-length', '-1']],
    ['two lengths', [...good, 'content-length', '1', 'content-length', '2']],
    ['NUL in a value', [...good, 'apns-topic', 'a\0b']],
    ['a line break in a value', [...good, 'apns-topic', 'a\nb']],
    ['a carriage return in a value', [...good, 'apns-topic', 'a\rb']],
    ['a blank before a value', [...good, 'apns-topic', ' a']],
    ['a tab after a value', [...good, 'apns-topic', 'a\t']],
    ['NUL in the path', [':method', 'POST', ':scheme', 'https', ':path', '/\0']],
    ['no scheme', [':method', 'POST', ':path', '/']],
    ['a scheme with its colon', [':method', 'POST', ':scheme', 'https:', ':path', '/']],
    ['no method', [':scheme', 'https', ':path', '/']],
    ['an empty method', [':method', '', ':scheme', 'https', ':path', '/']],
    ['no path', [':method', 'POST', ':scheme', 'https']],
    ['an empty path', [':method', 'POST', ':scheme', 'https', ':path', '']],
    ['a path without its slash', [':method', 'POST', ':scheme', 'https', ':path', '3/device/00']],
    ['a pseudo-header that answers have', [...good, ':status', '200']],
    ['a pseudo-header that comes late', [':method', 'POST', 'x-a', 'b', ':scheme', 'https', ':path', '/']],
    ['a pseudo-header twice', [':method', 'POST', ...good]],
  ])('are malformed with %s', (_name, fields) => {
    expect(readRequest(fields)).toBe('malformed');
  });

  it('may follow a body, unless they are about the request or the connection', () => {
    expect(areTrailers(['x-checksum', 'none'])).toBe(true);
    for (const name of [':path', 'Checksum', 'connection']) expect(areTrailers([name, '/'])).toBe(false);
  });
});
