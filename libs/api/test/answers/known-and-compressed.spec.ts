import { Allow, PreferWait, ndjson } from '#libs/api';
import { startHttp, type TestHttp } from '#libs/testing/http';
import { Controller, Get, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

const long = { items: Array.from({ length: 200 }, (_, n) => ({ id: `item-${n}` })), cursor: null };

@Controller('v1/things')
@Allow('server')
class ThingsController {
  count = 0;

  @Get('revised')
  revised(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('etag', '"7"');
    return { count: (this.count += 1) };
  }

  @Get('long')
  long() {
    return long;
  }

  @Get('lines')
  lines() {
    return ndjson(
      (async function* () {
        yield* await Promise.resolve(long.items);
      })(),
    );
  }

  @Post('waits')
  wait(@PreferWait() waitMs: number) {
    return { waitMs };
  }
}

let http: TestHttp;
const key = 'an admin key for tests';

beforeAll(async () => {
  http = await startHttp({ controllers: [ThingsController] });
});

afterAll(() => http.close());

const get = (path: string, headers: Record<string, string> = {}) => http.call('GET', path, { key, headers });
const raw = (url: string, headers: Record<string, string>) =>
  http.app.inject({ url, headers: { authorization: `Bearer ${key}`, ...headers } });

describe('an answer that the caller has already', () => {
  it.each(['"7"', 'W/"7"', '"1", "7"', '*'])('is 304 for If-None-Match: %s', async (ifNoneMatch) => {
    const { status, headers, text } = await get('/v1/things/revised', { 'if-none-match': ifNoneMatch });

    expect({ status, text, etag: headers['etag'], type: headers['content-type'] }).toEqual({ status: 304, text: '', etag: '"7"' });
  });

  it('may be kept by the caller alone, who asks each time; what has no tag, or is no answer to a GET, is kept by nobody', async () => {
    const keptAs = async (method: string, path: string, headers: Record<string, string> = {}) =>
      (await http.call(method, path, { key, headers })).headers['cache-control'];

    expect(await keptAs('GET', '/v1/things/revised')).toBe('private, no-cache');
    expect(await keptAs('GET', '/v1/things/revised', { 'if-none-match': '"7"' })).toBe('private, no-cache');
    expect(await keptAs('HEAD', '/v1/things/long')).toBe('private, no-cache');
    expect(await keptAs('GET', '/v1/things/lines')).toBe('no-store');
    expect(await keptAs('POST', '/v1/things/waits')).toBe('no-store');
    expect(await keptAs('GET', '/v1/nothing')).toBe('no-store');
  });

  it.each(['"8"', 'nonsense', ''])('is told anew for If-None-Match: %s', async (ifNoneMatch) => {
    expect(await get('/v1/things/revised', { 'if-none-match': ifNoneMatch })).toMatchObject({ status: 200, headers: { etag: '"7"' } });
  });

  it.each(['/v1/things/long', '/v1/openapi.json'])('has a tag made from its text where it has no revision: %s', async (path) => {
    const { headers, text } = await get(path);
    const etag = headers['etag'] ?? '';

    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
    expect((await get(path, { 'if-none-match': etag.replace('W/', '') })).status).toBe(304);
    expect((await get(path, { 'if-none-match': '"other"' })).text).toBe(text);
    expect((await raw(path, { 'if-none-match': etag, 'accept-encoding': 'gzip' })).statusCode).toBe(304);
    expect((await http.app.inject({ method: 'HEAD', url: path, headers: { authorization: `Bearer ${key}` } })).headers.etag).toBe(etag);
  });

  it('is not asked for by what writes, refuses or streams', async () => {
    expect((await http.call('POST', '/v1/things/waits', { key, headers: { 'if-none-match': '*' } })).status).toBe(201);
    expect((await get('/v1/things/none', { 'if-none-match': '*' })).status).toBe(404);
    expect(await get('/v1/things/lines')).toMatchObject({ status: 200, headers: { 'content-type': 'application/x-ndjson' } });
    expect((await get('/v1/things/lines')).headers['etag']).toBeUndefined();
  });
});

describe('a long answer', () => {
  it.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['gzip, deflate, br;q=1.0', gunzipSync],
  ] as const)('is compressed for Accept-Encoding: %s', async (accepted, decompress) => {
    const plain = await raw('/v1/things/long', {});
    const { headers, rawPayload } = await raw('/v1/things/long', { 'accept-encoding': accepted });

    expect(accepted).toContain(headers['content-encoding']);
    expect(headers.vary).toMatch(/accept-encoding/i);
    expect(headers.etag).toBe(plain.headers.etag);
    expect(JSON.parse(decompress(rawPayload).toString())).toEqual(long);
    expect(rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
  });

  it.each(['identity', 'gzip;q=0', 'unknown'])('stays as it is for Accept-Encoding: %s', async (accepted) => {
    const { headers, statusCode, body } = await raw('/v1/things/long', { 'accept-encoding': accepted });

    expect([statusCode, headers['content-encoding'], JSON.parse(body)]).toEqual([200, undefined, long]);
  });

  it('alone is compressed: short ones and lines as they come are not', async () => {
    for (const path of ['/v1/things/revised', '/v1/things/lines'])
      expect((await raw(path, { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBeUndefined();
  });

  it('is compressed where it is the OpenAPI document', async () => {
    const { headers, rawPayload } = await raw('/v1/openapi.json', { 'accept-encoding': 'gzip' });

    expect(headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(rawPayload).toString())).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) as string });
  });
});

describe('Preference-Applied', () => {
  it.each([
    ['wait=5', 'wait=5'],
    ['respond-async, wait=600', 'wait=30'],
    ['return=minimal', undefined],
    ['wait=0', undefined],
  ])('answers Prefer: %s with %s', async (prefer, applied) => {
    const { headers } = await http.call('POST', '/v1/things/waits', { key, headers: { prefer } });

    expect(headers['preference-applied']).toBe(applied);
  });
});
