import { Allow } from '#libs/api';
import { defaultSettings } from '#libs/access';
import { startHttp, type TestHttp } from '#libs/testing/http';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';

const thing = z.strictObject({ name: z.string() });

@Controller('v1/apps/:app/things')
class ThingsController {
  @Put(':id')
  @Allow('server', 'sdk')
  put(@Body({ schema: thing }) body: z.output<typeof thing>) {
    return { length: body.name.length };
  }

  @Get(':id')
  @Allow('server')
  get() {
    return { name: 'n' };
  }
}

let http: TestHttp;
let server: string;
let sdk: string;

beforeAll(async () => {
  http = await startHttp({ controllers: [ThingsController] });
  await http.keys.app('shop', { settings: { ...defaultSettings, allowedOrigins: ['https://shop.example'] } });
  await http.keys.app('other');
  [server, sdk] = [await http.keys.key('shop', 'server'), await http.keys.key('shop', 'sdk')];
});

afterAll(() => http.close());

const put = (body: unknown, headers: Record<string, string> = {}, key: string | undefined = server) =>
  http.call('PUT', '/v1/apps/shop/things/1', { body, headers, ...(key !== '' && { key }) });

describe('a compressed body', () => {
  const gzip = { 'content-encoding': 'gzip' };

  it.each(['gzip', 'x-gzip', 'GZIP', 'identity, gzip'])('is understood: %s', async (coding) => {
    const answer = await put(gzipSync(JSON.stringify({ name: 'x'.repeat(50_000) })), { 'content-encoding': coding });

    expect(answer).toMatchObject({ status: 200, body: { length: 50_000 } });
  });

  it.each(['br', 'deflate', 'gzip, gzip', 'zstd', 'x'])(
    'in a coding that is not understood is 415, with those that are: %s',
    async (coding) => {
      const answer = await put(gzipSync('{"name":"n"}'), { 'content-encoding': coding });

      expect(answer).toMatchObject({
        status: 415,
        headers: { 'accept-encoding': 'gzip, identity' },
        body: { code: 'content_encoding_unsupported' },
      });
    },
  );

  it('may become as long as a body may be', async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, 0x20));
    expect(bomb.length).toBeLessThan(200_000);

    expect(await put(bomb, gzip)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  it('that is broken is a bad request', async () => {
    for (const body of [Buffer.from('{"name":"n"}'), gzipSync('{"name":"n"}').subarray(0, 15)])
      expect(await put(body, gzip)).toMatchObject({ status: 400, body: { code: 'request_invalid', errors: [{ pointer: '' }] } });
  });

  it('is not inflated for whoever has no key', async () => {
    expect(await put(gzipSync(Buffer.alloc(200_000_000, 0x20)), gzip, '')).toMatchObject({ status: 401 });
    expect(await put('x', { 'content-encoding': 'br' }, '')).toMatchObject({ status: 401 });
  });

  it('is answered in proportion to what was sent', async () => {
    const body = gzipSync(JSON.stringify(Object.fromEntries(Array.from({ length: 999 }, (_, index) => [`f${index}`, 1]))));

    expect((await put(body, gzip)).text.length).toBeLessThanOrEqual(Math.max(8_192, 4 * (body.length + 500)));
  });
});

describe('a media type that is none of ours', () => {
  it('is 415 with those that are', async () => {
    const answer = await put('a=1', { 'content-type': 'application/x-www-form-urlencoded' });

    expect(answer).toMatchObject({ status: 415, headers: { accept: expect.stringContaining('application/json') as string } });
  });
});

describe('the id of a request', () => {
  it('is the caller’s where it is sane', async () => {
    expect((await put({ name: 'n' }, { 'x-request-id': 'order-17/2:a.b' })).headers['x-request-id']).toBe('order-17/2:a.b');
    for (const odd of ['', 'a b', 'x'.repeat(129), 'ä', '<script>'])
      expect((await put({ name: 'n' }, { 'x-request-id': odd })).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('pages of other origins', () => {
  const preflight = (app: string, origin: string, method = 'PUT') =>
    http.call('OPTIONS', `/v1/apps/${app}/things/1`, {
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
    });

  it('may make the calls of sdk keys where the app names them', async () => {
    const asked = await preflight('shop', 'https://shop.example');
    const answer = await put({ name: 'n' }, { origin: 'https://shop.example' }, sdk);

    expect(asked).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://shop.example',
        'access-control-allow-methods': 'PUT',
        'access-control-allow-headers': expect.stringMatching(/authorization.*x-installation-secret.*x-user-token/i) as string,
        vary: expect.stringContaining('Origin') as string,
      },
    });
    expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'https://shop.example' } });
  });

  it('see why they are refused', async () => {
    const answer = await put({ name: 1 }, { origin: 'https://shop.example' }, sdk);
    const stranger = await put({ name: 'n' }, { origin: 'https://shop.example' }, 'cr_sdk_nonsense');

    expect(answer).toMatchObject({ status: 400, headers: { 'access-control-allow-origin': 'https://shop.example' } });
    expect(stranger).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': 'https://shop.example' } });
  });

  it.each([
    ['another origin', 'shop', 'https://evil.example'],
    ['another app', 'other', 'https://shop.example'],
    ['no app', 'nowhere', 'https://shop.example'],
    ['no origin', 'shop', 'null'],
  ])('get no leave elsewhere: %s', async (_what, app, origin) => {
    const answer = await preflight(app, origin);

    expect(answer.status).toBe(405);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
