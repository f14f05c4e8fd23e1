import fc from 'fast-check';

const mebibyte = 1_048_576;

/** Texts that programs stumble over. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ' ', '\u0000', '\u0007\u001b[31m', '\u2028', '\ufeff', '💥'.repeat(70), 'ﷺ'.repeat(128), '__proto__', 'constructor'),
  fc.constantFrom(
    "'; DROP TABLE installations; --",
    '../../etc/passwd',
    '{{ 1 }}',
    '{% for %}',
    '${7*7}',
    '%s%n',
    'NaN',
    'null',
    '-1',
    '1e400',
  ),
  fc.constantFrom('\ud800', '\udfff!', 'a\ud800b'),
  fc.constantFrom(200, 5_000, 70_000, mebibyte).map((length) => 'x'.repeat(length)),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

/** JSON values of every kind, in sizes and shapes that nobody expects. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: hostileText, weight: 3 },
  { arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null], { '': '' }), weight: 2 },
  { arbitrary: fc.constantFrom(0, -0, -1, 0.1, 1e308, -1e308, 2 ** 53, 2 ** 63, -(2 ** 31), 5e-324), weight: 2 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 2 },
  { arbitrary: fc.constantFrom(10, 80, 3_000).map(nested), weight: 1 },
  { arbitrary: fc.constantFrom(1_500, 30_000).map((count) => Array<number>(count).fill(0)), weight: 1 },
  { arbitrary: fc.constantFrom(150, 1_500).map((count) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]))), weight: 1 },
); // prettier-ignore

/** Bodies that are no JSON, or more of it than anybody sends. */
export const hostileBody: fc.Arbitrary<string | Buffer> = fc.oneof(
  fc.constantFrom(
    '{',
    '[',
    '"',
    '{"a":',
    '{"a":1,}',
    '[1,]',
    'nul',
    '01',
    '1e400',
    '{"a":1}{',
    "{'a':1}",
    'NaN',
    '\ufeff{}',
    '{"a":"\u0001"}',
  ),
  fc.constantFrom(
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{}}}',
    '{"a":{"__proto__":1}}',
    '{"a":1,"a":2}',
    '{"\\ud800":1}',
  ),
  fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(100_000), `${'['.repeat(5_000)}${']'.repeat(5_000)}`, `"${'x'.repeat(mebibyte)}"`),
  fc.constantFrom(
    '[{},[],'.repeat(100_000),
    `[${'[],'.repeat(300_000)}[]]`,
    `{${'"a":0,'.repeat(140_000)}"b":0}`,
    ' '.repeat(mebibyte + 1),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  hostileText.map((text) => JSON.stringify(text)),
);

/** A part of a path as it goes over the wire; what HTTP itself cannot carry is left to raw requests. */
export const hostileSegment: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('%', '%zz', '%00', '%0a', '%ff', '%ed%a0%80', '%c0%80', '%u0041', '%2e%2e', '%2F', '%252F', '%20', '+', '.', '..', '*', ':id', ';', '~', '@'),
  fc.constantFrom('lookup', 'replay', 'openapi.json', '__proto__', 'constructor', 'undefined', 'null', '0', '-1', '%7B%7B1%7D%7D'),
  fc.constantFrom(128, 129, 1_000, 2_000, 9_000).map((length) => 'x'.repeat(length)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map(encodeURIComponent),
); // prettier-ignore

const headerText = fc.oneof(
  fc.constantFrom('', ' ', 'x', '*', '"1"', 'W/"1"', '"-1"', '"1", "2"', '"', '"99999999999999999999"', 'null', '%00', '\u00e9\u00ff', '"'.repeat(500)),
  fc.constantFrom(300, 4_000).map((length) => 'x'.repeat(length)),
); // prettier-ignore
const jwts = [
  'a.b.c',
  '..',
  'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MCJ9.',
  `${'x'.repeat(4_000)}.y.z`,
  'eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AAAA',
];

/** Headers that our calls read, and those that proxies and parsers stumble over. */
export const hostileHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  fc.record({ name: fc.constantFrom('if-match', 'idempotency-key', 'x-installation-secret', 'x-installation-id', 'traceparent', 'accept', 'x-forwarded-for', 'expect', 'range', 'cookie'), value: headerText }).map(header),
  fc.constantFrom('wait=0', 'wait=1', 'wait=-1', 'wait=soon', 'wait="1"', 'respond-async, wait=1', `wait=${'9'.repeat(50)}`, 'return=minimal;;;').map((prefer) => ({ prefer })),
  fc.constantFrom(...jwts).map((token) => ({ 'x-user-token': token })),
  fc.constantFrom('Bearer', 'Bearer ', 'Basic YTpi', `Bearer ${'x'.repeat(8_000)}`, 'Bearer cr_admin_x', 'Bearer \u00ff', 'bearer  ').map((authorization) => ({ authorization })),
  fc.constantFrom('text/plain', 'application/xml', 'multipart/form-data', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'application/json;', ';', 'application/merge-patch+json', 'application/json-patch+json', 'application/cloudevents+json', 'application/cloudevents-batch+json', 'x'.repeat(3_000), '').map((type) => ({ 'content-type': type })),
  fc.constantFrom('gzip', 'br', 'identity, gzip').map((encoding) => ({ 'content-encoding': encoding })),
); // prettier-ignore

const methods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'LOCK',
  'M-SEARCH',
  'LINK',
  'PURGE',
];
export const anyMethod: fc.Arbitrary<string> = fc.constantFrom(...methods);

/** What is not even HTTP, or is so in a way of its own. */
export const rawRequests: readonly string[] = [
  'GET / HTTP/1.1\r\n\r\n',
  'FOO /v1/apps HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /v1/apps\r\n\r\n',
  'GET /v1/apps HTTP/9.9\r\nHost: x\r\n\r\n',
  'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET //v1//apps HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'GET http://elsewhere/v1/apps HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
  'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
  'GET /v1/apps HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n',
  'GET /v1/apps HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n',
  `GET /v1/apps HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
  `GET /v1/apps HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(3_000)}\r\n`,
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n12345',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999999999999\r\n\r\n{}',
  'POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{}', // ends early
  'GET /v1/apps HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003', // TLS
  '\r\n\r\n\r\n',
  '\u0000'.repeat(1_000),
];

function header({ name, value }: { name: string; value: string }): Record<string, string> {
  return { [name]: value };
}

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
