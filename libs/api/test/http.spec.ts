import { startHttp, type TestHttp } from '#libs/testing/http';
import { DependencyUnavailable, PushError, currentTraceId } from '#libs/kernel';
import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { Answers } from '../src/answers/answers.ts';
import { pageQuery } from '../src/answers/paging.ts';
import { knownErrors } from '../src/errors/error-statuses.ts';
import { Allow, CurrentKey, Public } from '../src/keys/allow.ts';
import { pathId } from '../src/validation/path-id.ts';

class TooSmall extends PushError {
  readonly code = 'too_small';
  readonly retryable = false;
}

const thing = z
  .strictObject({ name: z.string(), size: z.int(), inner: z.strictObject({ a: z.int() }).exactOptional() })
  .meta({ id: 'Thing' });
const thingAnswer = z.object({ name: z.string() }).meta({ id: 'ThingAnswer' });

@Controller('v1/apps/:app/things')
@Allow('server', 'sdk')
class ThingsController {
  @Put(':id')
  @Answers(thingAnswer, { description: 'Stored', example: { name: 'n' } })
  put(
    @Param('id', { schema: pathId }) id: string,
    @Body({ schema: thing }) body: z.output<typeof thing>,
    @CurrentKey() key: { kind: string },
  ) {
    return { id, ...body, kind: key.kind, traceId: currentTraceId() };
  }

  @Get()
  list(@Query({ schema: pageQuery }) query: z.output<typeof pageQuery>) {
    return query;
  }

  @Post('sends')
  send(@Body() body: Record<string, unknown>) {
    return { keys: Object.keys(body).length };
  }
}

@Controller('v1/open')
@Public()
class OpenController {
  @Get('fails/:how')
  fail(@Param('how') how: string) {
    if (how === 'known') throw new TooSmall('It is too small');
    if (how === 'down') throw new DependencyUnavailable('the database');
    throw new Error('secret details');
  }
}

let http: TestHttp;

beforeAll(async () => {
  http = await startHttp({ controllers: [ThingsController, OpenController], providers: [knownErrors({ too_small: 422 })] });
  await http.keys.app('shop');
});

afterAll(() => http.close());

const admin = 'an admin key for tests';
const put = (body: unknown, headers?: Record<string, string>) =>
  http.call('PUT', '/v1/apps/shop/things/1', { key: admin, body, ...(headers && { headers }) });

describe('problems', () => {
  it('lists all problems of a body at once, unknown fields one by one', async () => {
    const answer = await put({ size: 'x', extra: 1, inner: { a: 1, 'b/c': 2 } });

    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'request_invalid', title: 'Request invalid', status: 400 });
    const { errors, traceId } = answer.body as { errors: { pointer: string }[]; traceId: string };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual(['/extra', '/inner/b~1c', '/name', '/size']);
    expect(traceId).toBe(answer.headers['x-trace-id']);
  });

  it('answers a known error with the status of its code', async () => {
    const answer = await http.call('GET', '/v1/open/fails/known');

    expect(answer).toMatchObject({ status: 422, body: { code: 'too_small', detail: 'It is too small' } });
  });

  it('says when to come back while a dependency is down', async () => {
    const answer = await http.call('GET', '/v1/open/fails/down');

    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' }, body: { code: 'dependency_unavailable' } });
  });

  it('tells nothing about a fault of our own', async () => {
    const answer = await http.call('GET', '/v1/open/fails/oops');

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(answer.text).not.toContain('secret');
  });

  it('knows an unknown path from a path with another method', async () => {
    expect(await http.call('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
    expect(await http.call('DELETE', '/v1/apps/shop/things/1?x=1', { key: admin })).toMatchObject({
      status: 405,
      headers: { allow: 'PUT' },
      body: { code: 'method_not_allowed' },
    });
  });

  it.each(['/v1/apps/shop/things/sends', '/v1/apps/shop/things/1', '/v1/apps/shop/things', '/v1/%61pps/shop/%74hings/s%65nds', '/v1/open/fails/known'])(
    'names every method that %s takes and no other, whichever route takes it',
    async (path) => {
      const answers = await Promise.all(
        ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map(async (method) => {
          const body = ['POST', 'PUT', 'PATCH'].includes(method) ? { name: 'n', size: 1 } : undefined;
          return { method, answer: await http.call(method, path, { key: admin, ...(body && { body }) }) };
        }),
      );
      const taken = answers.filter(({ answer }) => answer.status !== 405);
      const refused = answers.filter(({ answer }) => answer.status === 405);

      expect(taken.map(({ answer: { status } }) => status)).not.toContain(404);
      expect(new Set(refused.map(({ answer }) => answer.headers['allow']))).toEqual(new Set([taken.map(({ method }) => method).sort().join(', ')]));
    },
  ); // prettier-ignore

  it.each([
    ['/v1/apps/shop/things/%ff', 400, 'url_invalid'],
    ['/v1/apps/shop/things/%zz', 400, 'url_invalid'],
    [`/v1/apps/shop/things/${'x'.repeat(129)}`, 400, 'request_invalid'],
    [`/v1/apps/shop/things/${'x'.repeat(5_000)}`, 414, 'url_too_long'],
    ['/v1/apps/shop/things/a%0ab', 400, 'request_invalid'],
  ])('refuses a path it cannot use (%#)', async (path, status, code) => {
    expect(await http.call('PUT', path, { key: admin, body: { name: 'n', size: 1 } })).toMatchObject({ status, body: { code } });
  });

  it('takes ids of any script, and slashes in them', async () => {
    const id = `${'猫'.repeat(120)}/a:b`;

    expect(
      await http.call('PUT', `/v1/apps/shop/things/${encodeURIComponent(id)}`, { key: admin, body: { name: 'n', size: 1 } }),
    ).toMatchObject({
      status: 200,
      body: { id },
    });
  });

  it('says in which parameter of the query a problem is', async () => {
    expect(await http.call('GET', '/v1/apps/shop/things?limit=5000&stalledfor=1', { key: admin })).toMatchObject({
      status: 400,
      body: {
        errors: expect.arrayContaining([
          expect.objectContaining({ pointer: '/limit', in: 'query' }),
          expect.objectContaining({ pointer: '/stalledfor', in: 'query', message: 'Unknown field' }),
        ]) as unknown,
      },
    });
  });
});

describe('bodies', () => {
  it.each([
    ['broken JSON', '{"name": "n", ', 'json_invalid'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'json_invalid'],
    ['a key __proto__', '{"name":"n","size":1,"x":{"__proto__":{"a":1}}}', 'request_invalid'],
    ['a key constructor in a list', '{"name":"n","size":1,"x":[{"constructor":1}]}', 'request_invalid'],
    ['half a character', '{"name":"\\ud800","size":1}', 'request_invalid'],
    ['deep nesting', '['.repeat(1_000) + ']'.repeat(1_000), 'request_invalid'],
  ])('refuses %s', async (_what, body, code) => {
    expect(await put(body)).toMatchObject({ status: 400, body: { code } });
  });

  it('points at the dangerous key and at the broken place', async () => {
    expect(await put('{"x":{"prototype":1}}')).toMatchObject({ body: { errors: [{ pointer: '/x/prototype' }] } });
    const broken = await put('{"token": "s3cret", oops}');
    expect(broken).toMatchObject({ body: { errors: [{ position: 21 }] } });
    expect(broken.text).not.toContain('s3cret');
  });

  it('takes JSON under its own types only', async () => {
    expect(await put('{"name":"n","size":1}', { 'content-type': 'application/json; charset=utf-8' })).toMatchObject({ status: 200 });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/json-patch+json'])
      expect(await put('a=1', { 'content-type': type })).toMatchObject({
        status: 415,
        body: { code: 'media_type_unsupported', detail: expect.stringContaining('application/json') as string },
      });
  });

  it('takes a mebibyte, and eight for sends', async () => {
    const body = { name: 'x'.repeat(1_100_000), size: 1 };

    expect(await put(body)).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(await http.call('POST', '/v1/apps/shop/things/sends', { key: admin, body })).toMatchObject({ status: 201 });
  });

  it('answers a client that is still sending too large a body instead of resetting it', async () => {
    const server = http.app.getHttpServer();
    await http.app.listen(0, '127.0.0.1');
    const { port } = server.address() as AddressInfo;

    const statuses = await Promise.all([true, false].map((isChunked) => upload(port, isChunked)));

    expect(statuses).toEqual([413, 413]);
  });
});

function upload(port: number, isChunked: boolean): Promise<number | undefined> {
  const body = Buffer.alloc(8_000_000, 0x20);
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${admin}`,
    ...(!isChunked && { 'content-length': body.length }),
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port, path: '/v1/apps/shop/things/1', method: 'PUT', headers }, (answer) => {
      answer.resume().once('end', () => {
        resolve(answer.statusCode);
      });
    });
    sent.once('error', reject).end(body);
  });
}

describe('fields that the server does not know', () => {
  it('are refused from servers and left out, and named, for SDKs', async () => {
    const body = { name: 'n', size: 1, newField: true, inner: { a: 1, later: {} } };
    const [server, sdk] = [await http.keys.key('shop', 'server'), await http.keys.key('shop', 'sdk')];

    expect(await http.call('PUT', '/v1/apps/shop/things/1', { key: server, body })).toMatchObject({ status: 400 });
    const answer = await http.call('PUT', '/v1/apps/shop/things/1', { key: sdk, body });

    expect(answer).toMatchObject({ status: 200, body: { inner: { a: 1 }, ignoredFields: ['inner/later', 'newField'] } });
    expect(answer.body).not.toHaveProperty('newField');
  });

  it('never hide what else is wrong in an SDK’s body', async () => {
    const sdk = await http.keys.key('shop', 'sdk');

    expect(await http.call('PUT', '/v1/apps/shop/things/1', { key: sdk, body: { size: 'x', newField: 1 } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/name' }, { pointer: '/size' }] },
    });
  });
});

describe('traces', () => {
  it('go on from the caller through the handler to the answer', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

    const answer = await put({ name: 'n', size: 1 }, { traceparent });

    expect(answer.headers).toMatchObject({ traceparent, 'x-trace-id': '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect(answer.body).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
  });
});

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 with schemas, examples, security and problems of every call', async () => {
    const answer = await http.call('GET', '/v1/openapi.json');

    expect(answer.body).toMatchObject({
      openapi: '3.1.0',
      paths: {
        '/v1/apps/{app}/things/{id}': {
          put: {
            operationId: 'Things.put',
            security: [{ bearer: [] }],
            requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingInput' } } } },
            responses: {
              '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/ThingAnswer' }, example: { name: 'n' } } } },
              '403': { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
              '429': expect.anything() as unknown,
            },
          },
        },
      },
      components: { schemas: { ThingInput: { additionalProperties: false }, Problem: { type: 'object' } } },
    });
    expect(answer.text).not.toContain('$defs');
    const names = Object.keys((answer.body as { components: { schemas: object } }).components.schemas);
    const used = [...answer.text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(used.filter((name) => !names.includes(name ?? ''))).toEqual([]);
  });

  it('and the errors are pages that no other page can put into a frame, and that take scripts from here alone', async () => {
    for (const path of ['/docs', '/docs/errors', '/docs/swagger-ui-init.js']) {
      const { status, headers } = await http.call('GET', path);
      const policy = headers['content-security-policy'] ?? '';

      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'x-frame-options': 'DENY' });
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("script-src 'self';");
    }
    expect((await http.call('GET', '/docs')).text).not.toMatch(/<script(?![^>]*\bsrc=)/);
  });

  it('explains the codes that problems link to', async () => {
    const { body } = await http.call('GET', '/v1/open/fails/down');
    const { type } = body as { type: string };
    const [path = '', code = ''] = type.split('#');
    const page = await http.call('GET', path);

    expect(type).toBe('/docs/errors#dependency_unavailable');
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.text).toContain(`<h2 id="${code}">`);
    expect(page.text).toMatch(/<h2 id="key_missing">key_missing<\/h2><p>401 Unauthorized<\/p><p>When /);
  });

  it('can be read in a browser', async () => {
    expect(await http.call('GET', '/docs')).toMatchObject({ status: 200, text: expect.stringContaining('swagger-ui') as unknown });
  });
});
