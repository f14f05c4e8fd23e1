import { startHttp, type TestHttp } from '#libs/testing/http';
import { Body, Controller, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Allow, CurrentKey } from '../../src/keys/allow.ts';
import { ignoreFields } from '../../src/request/call.ts';
import { Direct } from '../../src/request/direct-route.ts';
import { IfMatch, type Precondition } from '../../src/request/etag.ts';
import { pathId } from '../../src/validation/path-id.ts';
import { withSpareFields } from '../../src/validation/spare-fields.ts';

const thing = withSpareFields(z.strictObject({ name: z.string(), size: z.int().exactOptional() }), () => ['size']);
type Thing = z.output<typeof thing>;

/** The same calls, with and without the mark. */
function thingsAt(path: string, mark: MethodDecorator) {
  @Controller(`v1/apps/:app/${path}/:id`)
  @Allow('server', 'sdk')
  class ThingsController {
    @Put()
    @mark
    put(
      @Param('app') app: string,
      @Param('id', { schema: pathId }) id: string,
      @Body({ schema: thing }) body: Thing,
      @CurrentKey() { kind }: { kind: string },
      @IfMatch() expected: Precondition | undefined,
      @Res({ passthrough: true }) reply: FastifyReply,
    ) {
      if (body.name === 'new') void reply.status(201);
      if (body.name === 'left out') ignoreFields(['tags']);
      void reply.header('etag', '"1"');
      return Promise.resolve({ app, id, ...body, kind, expected: expected ?? null });
    }

    @Post()
    @mark
    make(@Body({ schema: thing }) body: Thing) {
      return Promise.resolve(body);
    }

    @Post('asked')
    @HttpCode(200)
    @mark
    async fail(@Param('id') id: string) {
      await Promise.resolve();
      throw new Error(`secret of ${id}`);
    }
  }
  return ThingsController;
}

let http: TestHttp;
let keys: Record<'server' | 'sdk' | 'other', string>;

beforeAll(async () => {
  http = await startHttp({ controllers: [thingsAt('straight', Direct()), thingsAt('usual', () => undefined)] });
  await http.keys.app('shop');
  await http.keys.app('toys');
  keys = {
    server: await http.keys.key('shop', 'server'),
    sdk: await http.keys.key('shop', 'sdk'),
    other: await http.keys.key('toys', 'server'),
  };
});

afterAll(() => http.close());

describe('A route that goes straight to its method', () => {
  const id = 'phone%201';
  const json = { 'content-type': 'application/json' };

  it.each([
    ['a good body', 200, 'PUT', id, { name: 'a', size: 2 }, 'server', {}],
    ['a status of its own', 201, 'PUT', id, { name: 'new' }, 'server', {}],
    ['a precondition', 200, 'PUT', id, { name: 'a' }, 'server', { 'if-match': '"7"' }],
    ['a malformed precondition', 400, 'PUT', id, { name: 'a' }, 'server', { 'if-match': '7' }],
    ['all problems of a body', 400, 'PUT', id, { size: 'x', extra: 1 }, 'server', {}],
    ['a bad id', 400, 'PUT', 'a%00', { name: 'a' }, 'server', {}],
    ['a bad id and a bad body', 400, 'PUT', 'a%00', {}, 'server', {}],
    ['an sdk key and fields that are not known or do not hold', 200, 'PUT', id, { name: 'a', size: 'x', extra: 1 }, 'sdk', {}],
    ['an sdk key and a body that does not hold', 400, 'PUT', id, { extra: 1 }, 'sdk', {}],
    ['fields that the method ignores', 200, 'PUT', id, { name: 'left out' }, 'sdk', {}],
    ['no body', 400, 'PUT', id, undefined, 'server', {}],
    ['a list', 400, 'PUT', id, [], 'server', {}],
    ['broken JSON', 400, 'PUT', id, '{"name":', 'server', json],
    ['an unknown query', 400, 'PUT', `${id}?dryRun=true`, { name: 'a' }, 'server', {}],
    ['an unknown query of an sdk', 200, 'PUT', `${id}?dryRun=true`, { name: 'a' }, 'sdk', {}],
    ['the key of another app', 403, 'PUT', id, { name: 'a' }, 'other', {}],
    ['an empty id', 404, 'PUT', '', { name: 'a' }, 'server', {}],
    ['another method', 405, 'PATCH', id, { name: 'a' }, 'server', {}],
    ['the status of POST', 201, 'POST', id, { name: 'a' }, 'server', {}],
    ['a body where none is taken', 400, 'POST', `${id}/asked`, { name: 'a' }, 'server', {}],
    ['an error of its own', 500, 'POST', `${id}/asked`, undefined, 'server', {}],
  ] as const)('answers as every other: %s', async (_what, status, method, path, body, key, headers) => {
    const [straight, usual] = await Promise.all(
      ['straight', 'usual'].map((how) => http.call(method, `/v1/apps/shop/${how}/${path}`, { key: keys[key], body, headers })),
    );

    expect(straight?.status).toBe(status);
    expect(comparable(straight)).toEqual(comparable(usual));
  });

  it('wants a key like every other', async () => {
    const answer = await http.call('PUT', `/v1/apps/shop/straight/${id}`, { body: { name: 'a' } });

    expect(answer).toMatchObject({ status: 401, body: { code: 'key_missing' } });
  });

  it('is refused at the start where a parameter is of a kind that it does not know', async () => {
    @Controller('v1/apps/:app/wrong')
    @Allow('server')
    class WrongController {
      @Put()
      @Direct()
      put(@Query() query: object) {
        return Promise.resolve(query);
      }
    }

    await expect(startHttp({ controllers: [WrongController] })).rejects.toThrow('A direct route has no parameter of the kind');
  });
});

/** What no two calls share is taken out. */
function comparable(answer: { status: number; headers: Record<string, unknown>; body: unknown } | undefined) {
  const {
    'x-request-id': _id,
    'x-trace-id': _trace,
    traceparent: _parent,
    date: _date,
    'content-length': _length,
    ...headers
  } = answer?.headers ?? {};
  const body: unknown = JSON.parse(
    JSON.stringify(answer?.body ?? null, (name, value: unknown) => (name === 'traceId' ? 'some trace' : value)),
  );
  return { status: answer?.status, headers, body };
}
