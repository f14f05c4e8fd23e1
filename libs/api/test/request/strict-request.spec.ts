import { Allow } from '#libs/api';
import { startHttp, type TestHttp } from '#libs/testing/http';
import { Body, Controller, Get, Patch, Post, Put } from '@nestjs/common';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { codingFor } from '../../src/request/accept-encoding.ts';
import { Consumes } from '../../src/request/media-types.ts';

const thing = z.strictObject({ name: z.string() });
type Thing = z.output<typeof thing>;

@Controller('v1/apps/:app/things')
@Allow('server')
class ThingsController {
  @Put(':id')
  put(@Body({ schema: thing }) body: Thing) {
    return body;
  }

  @Patch(':id')
  @Consumes('application/merge-patch+json', 'application/json')
  patch(@Body({ schema: thing }) body: Thing) {
    return body;
  }

  @Post(':id/ring')
  ring() {
    return { rang: true };
  }

  @Get('long')
  long() {
    return { text: 'x'.repeat(5_000) };
  }

  @Get('short')
  short() {
    return { text: 'x' };
  }
}

let http: TestHttp;
let port: number;
let key: string;

beforeAll(async () => {
  http = await startHttp({ controllers: [ThingsController] });
  await http.keys.app('shop');
  key = await http.keys.key('shop', 'server');
  await http.app.listen(0, '127.0.0.1');
  port = (http.app.getHttpServer().address() as AddressInfo).port;
});

afterAll(() => http.close());

interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Sends header lines as they are. */
async function raw(requestLine: string, lines: readonly string[], body = ''): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${requestLine}\r\n${['Connection: close', ...lines].join('\r\n')}\r\n\r\n${body}`);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  const all = Buffer.concat(chunks);
  const end = all.indexOf('\r\n\r\n');
  const [first = '', ...rest] = all.subarray(0, end).toString('latin1').split('\r\n');
  const headers = rest.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const);
  return { status: Number(first.split(' ')[1]), headers: Object.fromEntries(headers), body: all.subarray(end + 4) };
}

const auth = () => `Authorization: Bearer ${key}`;
const json = '{"name":"n"}';
const withBody = ['Content-Type: application/json', `Content-Length: ${json.length}`];
const problem = (answer: RawAnswer) => JSON.parse(answer.body.toString()) as { code: string; traceId: string; errors?: object[] };

describe('a header that has one value', () => {
  it.each([
    ['Authorization', 'Bearer another'],
    ['Content-Type', 'application/json'],
    ['Host', 'elsewhere'],
    ['Idempotency-Key', 'a'],
    ['X-Installation-Secret', 's'],
    ['X-User-Token', 't'],
    ['X-Installation-Id', 'i'],
  ])('given twice is refused, whichever of the two were good: %s', async (name, value) => {
    const once = [auth(), 'Host: here', ...withBody, 'Idempotency-Key: a', 'X-Installation-Secret: s', 'X-User-Token: t', 'X-Installation-Id: i']; // prettier-ignore
    expect(await raw('PUT /v1/apps/shop/things/1 HTTP/1.1', once, json)).toMatchObject({ status: 200 });

    for (const lines of [
      [...once, `${name}: ${value}`],
      [`${name.toUpperCase()}: ${value}`, ...once],
    ]) {
      const answer = await raw('PUT /v1/apps/shop/things/1 HTTP/1.1', lines, json);
      expect(answer.status).toBe(400);
      expect(problem(answer)).toMatchObject({
        code: 'request_invalid',
        errors: [{ pointer: `/${name.toLowerCase()}`, in: 'header', message: 'must be given once' }],
      });
    }
  });

  it('is no list: those that are may come in several lines', async () => {
    const lines = [
      auth(),
      'Host: here',
      'If-None-Match: "1"',
      'If-None-Match: "2"',
      'Accept: a/b',
      'Accept: */*',
      'Prefer: a',
      'Prefer: b',
    ];

    expect(await raw('GET /v1/apps/shop/things/short HTTP/1.1', lines)).toMatchObject({ status: 200 });
  });

  it.each([['Content-Length: 12'], ['Content-Length: 13'], ['Transfer-Encoding: chunked']])(
    'two lengths of a body are refused: %s',
    async (line) => {
      const answer = await raw('PUT /v1/apps/shop/things/1 HTTP/1.1', [auth(), 'Host: here', ...withBody, line], json);

      expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json' } });
    },
  );
});

describe('a request that never reaches a call', () => {
  it.each([
    ['a path that is not percent-encoded', 'GET /v1/apps/%ZZ HTTP/1.1', ['Host: here'], 400, 'url_invalid'],
    ['a path that is no UTF-8', 'GET /v1/apps/%FF/installations/x HTTP/1.1', ['Host: here'], 400, 'url_invalid'],
    ['a part of the path that is too long', `GET /v1/apps/${'x'.repeat(3_000)} HTTP/1.1`, ['Host: here'], 414, 'url_too_long'],
    ['no Host', 'GET /v1/apps/shop HTTP/1.1', [], 400, 'request_invalid'],
    ['what is no HTTP', 'GET /v1/apps/shop HTTP/1.1', ['Host: here', 'no header'], 400, 'request_invalid'],
    ['headers that are too large', 'GET /v1/apps/shop HTTP/1.1', ['Host: here', `X: ${'x'.repeat(20_000)}`], 431, 'headers_too_large'],
    ['a path that nobody has', 'GET /v1/nothing HTTP/1.1', ['Host: here'], 404, 'route_not_found'],
  ])('has a problem document with the headers of every other: %s', async (_what, line, lines, status, code) => {
    const answer = await raw(line, lines);

    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/.{8}/) as string,
      'x-trace-id': problem(answer).traceId,
      traceparent: expect.stringContaining(problem(answer).traceId) as string,
    });
    expect(problem(answer)).toMatchObject({ code, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
  });

  it('keeps the name and the trace that the caller gave it', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { headers } = await raw('GET /v1/%ZZ HTTP/1.1', ['Host: here', `Traceparent: ${traceparent}`, 'X-Request-Id: mine-17']);

    expect(headers).toMatchObject({ 'x-request-id': 'mine-17', 'x-trace-id': '4bf92f3577b34da6a3ce929d0e0e4736' });
  });

  it('of HTTP/1.0 needs no Host', async () => {
    expect(await raw('GET /v1/apps/shop/things/short HTTP/1.0', [auth()])).toMatchObject({ status: 200 });
  });
});

describe('a target in absolute form', () => {
  it('is the same request as its path', async () => {
    const answer = await raw('GET http://here/v1/apps/shop/things/short HTTP/1.1', [auth(), 'Host: there']);

    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-cache', etag: expect.anything() as string } });
    const unknown = await raw('GET https://here?x=1 HTTP/1.1', ['Host: there']);
    expect(problem(unknown)).toMatchObject({ code: 'route_not_found' });
  });
});

describe('the type of a body', () => {
  const typed = (method: string, type: string) =>
    raw(
      `${method} /v1/apps/shop/things/1 HTTP/1.1`,
      [auth(), 'Host: here', `Content-Type: ${type}`, `Content-Length: ${json.length}`],
      json,
    );

  it.each([
    'application/json-patch+json', 'application/merge-patch+json', 'application/cloudevents+json', 'application/vnd.shop+json', 'text/json',
    'text/plain', 'json', '*/*', 'application/json; charset=latin1', 'application/json;charset="ISO-8859-1"', 'application/json; charset=utf-16',
  ])('%s is none of a PUT: 415, with those that are', async (type) => {
    const answer = await typed('PUT', type);

    expect(answer).toMatchObject({ status: 415, headers: { accept: 'application/json' } });
    expect(problem(answer)).toMatchObject({ code: 'media_type_unsupported', detail: expect.stringContaining('application/json') as string });
  }); // prettier-ignore

  it.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"', 'application/json; charset=us-ascii', 'application/json; profile=x'])(
    '%s is JSON in UTF-8',
    async (type) => {
      expect(await typed('PUT', type)).toMatchObject({ status: 200 });
    },
  ); // prettier-ignore

  it('is what the call says where it takes more', async () => {
    expect(await typed('PATCH', 'application/merge-patch+json')).toMatchObject({ status: 200 });
    expect(await typed('PATCH', 'application/json-patch+json')).toMatchObject({
      status: 415,
      headers: { accept: 'application/merge-patch+json, application/json' },
    });
  });

  it('is nobody’s affair where there is no body, and where there is one is asked for', async () => {
    const ring = (lines: readonly string[], body = '') =>
      raw('POST /v1/apps/shop/things/1/ring HTTP/1.1', [auth(), 'Host: here', ...lines], body);

    expect(await ring(['Content-Length: 0', 'Content-Type: text/plain'])).toMatchObject({ status: 201 });
    expect(await ring([])).toMatchObject({ status: 201 });
    expect(await ring(['Content-Length: 2'], '{}')).toMatchObject({ status: 415 });
    expect(await ring(['Transfer-Encoding: chunked', 'Content-Type: application/json'], '2\r\n{}\r\n0\r\n\r\n')).toMatchObject({
      status: 201,
    });
  });
});

describe('what an answer may be encoded with', () => {
  it.each([
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['*', 'gzip'],
    ['br, gzip', 'gzip'],
    ['br, gzip;q=0.5', 'br'],
    ['gzip;q=0.000, *;q=1', 'br'],
    ['gzip;q=0., *', 'br'],
    ['gzip ; Q=0 , br;q=0.0, *;q=0.1', 'deflate'],
    ['gzip;q=0, br;q=0.00, deflate;q=0', undefined],
    ['*;q=0', undefined],
    ['gzip;q=0.001', 'gzip'],
    ['identity', undefined],
    ['identity;q=1, gzip;q=0.5', undefined],
    ['identity;q=0.5, gzip', 'gzip'],
    ['identity;q=0, zstd', undefined],
    ['gzip;q=2', undefined],
    ['gzip;level=9', undefined],
    ['', undefined],
    [', ,', undefined],
  ])('%j → %s', (header, coding) => {
    expect(codingFor(header)).toBe(coding);
  });

  it('holds for what goes over the wire, and caches are told so whatever came of it', async () => {
    const long = (lines: readonly string[]) => raw('GET /v1/apps/shop/things/long HTTP/1.1', [auth(), 'Host: here', ...lines]);
    const zipped = await long(['Accept-Encoding: gzip']);
    const plain = await long(['Accept-Encoding: gzip;q=0.000, identity;q=1, *;q=0']);

    expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: expect.stringMatching(/accept-encoding/i) as string });
    expect(plain.headers).toMatchObject({ vary: expect.stringMatching(/accept-encoding/i) as string });
    expect(plain.headers).not.toHaveProperty('content-encoding');
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    expect((await long(['Accept-Encoding: gzip;q=0.000', 'Accept-Encoding: *;q=1'])).headers).toMatchObject({ 'content-encoding': 'br' });
    expect((await long([])).headers).toMatchObject({ vary: expect.stringMatching(/accept-encoding/i) as string });
    const again = await long([`If-None-Match: ${plain.headers['etag'] ?? ''}`]);
    expect(again).toMatchObject({ status: 304, headers: { vary: expect.stringMatching(/accept-encoding/i) as string } });
    expect((await raw('GET /v1/apps/shop/things/short HTTP/1.1', [auth(), 'Host: here'])).headers).not.toHaveProperty('vary');
  });
});
