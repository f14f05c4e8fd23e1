import { Platform, until, type CallOptions } from './support/platform.ts';
import { Shop } from './support/shop.ts';

const message = { title: 'Hi' };

interface Problem {
  readonly code: string;
  readonly status: number;
  readonly traceId: string;
  readonly errors?: readonly { pointer: string; message: string; position?: number }[];
}

interface Shown {
  readonly example?: unknown;
  readonly examples?: unknown;
  readonly $ref?: string;
  readonly anyOf?: readonly Shown[];
}

interface OpenApi {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Shown> };
}

interface Operation {
  readonly security: readonly unknown[];
  readonly requestBody?: Content;
  readonly responses: Record<string, Content>;
}

interface Content {
  readonly content?: Record<string, Shown & { readonly schema: Shown }>;
}

function hasExample(shown: Shown & { readonly schema?: Shown }, document: OpenApi): boolean {
  if (shown.example !== undefined || shown.examples !== undefined) return true;
  const named = shown.$ref === undefined ? undefined : document.components.schemas[shown.$ref.split('/').at(-1)!];
  return [shown.schema, named, ...(shown.anyOf ?? [])].some((inner) => inner !== undefined && hasExample(inner, document));
}

describe('bad input', () => {
  let platform: Platform;
  let shop: Shop;
  const sends = (body: unknown, options: CallOptions = {}) =>
    platform.call<Problem>('POST', '/v1/apps/shop/sends', body, { key: shop.key, ...options });

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
    await shop.register('phone', { externalId: 'charlie' });
  });

  afterAll(async () => {
    const { status } = await platform.call('GET', '/healthz');
    expect(status).toBe(200);
    await platform.end();
  });

  it('gets a problem document with a code and the trace', async () => {
    const { status, headers, body } = await sends('{"to": ', { raw: true });

    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ code: 'json_invalid', status: 400, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
  });

  it('hears of all problems at once, each with its place', async () => {
    const { status, body } = await sends({
      to: { everyone: true },
      message: { title: 3 },
      options: { ttl: -1, priority: 'loud' },
      shape: 'round',
    });

    expect(status).toBe(400);
    expect(body.errors!.map(({ pointer }) => pointer).sort()).toEqual(['/message/title', '/options/priority', '/options/ttl', '/shape']);
  });

  it('is not overlooked where a call takes nothing', async () => {
    const asked = { to: { users: ['charlie'] }, message };
    const { body: send } = await sends(asked);
    const { sendId } = send as unknown as { sendId: string };

    const inQuery = await platform.call('POST', '/v1/apps/shop/sends?dryRun=true', asked, { key: shop.key });
    const inBody = await platform.call('POST', `/v1/apps/shop/sends/${sendId}/pause`, { minutes: 5 }, { key: shop.key });
    const nothing = await platform.call('POST', `/v1/apps/shop/sends/${sendId}/pause`, {}, { key: shop.key });

    expect(inQuery).toMatchObject({ status: 400, body: { errors: [{ pointer: '/dryRun', in: 'query', message: 'Unknown field' }] } });
    expect(inBody).toMatchObject({ status: 400, body: { errors: [{ pointer: '/minutes', message: 'Unknown field' }] } });
    expect(nothing.status).toBe(200);
  });

  it('has an example to follow for every body and every answer', async () => {
    const { body: document } = await platform.call<OpenApi>('GET', '/v1/openapi.json');

    const bare = Object.entries(document.paths).flatMap(([path, calls]) =>
      Object.entries(calls).flatMap(([method, { requestBody, responses }]) =>
        [requestBody, ...Object.entries(responses).flatMap(([status, answer]) => (status < '300' ? [answer] : []))]
          .flatMap((part) => Object.values(part?.content ?? {}))
          .filter((content) => !hasExample(content, document))
          .map(() => `${method} ${path}`),
      ),
    );
    expect(bare).toEqual([]);
  });

  it('reads in the OpenAPI document which calls need a key: all but three', async () => {
    const { body } = await platform.call<OpenApi>('GET', '/v1/openapi.json');

    const open = Object.entries(body.paths).flatMap(([path, calls]) =>
      Object.entries(calls).flatMap(([method, { security }]) => (security.length > 0 ? [] : [`${method} ${path}`])),
    );
    expect(open).toEqual(['get /v1/erasure-key', 'get /v1/schemas/{type}', 'post /v1/apps/{app}/receipts']);
  });

  it.each([
    ['an empty target', { to: {}, message }, 400, 'target_empty'],
    ['an empty list of users', { to: { users: [] }, message }, 400, 'target_empty'],
    ['an empty tag expression', { to: { tags: '' }, message }, 400, 'target_empty'],
    ['two targets', { to: { everyone: true, tags: 'vip' }, message }, 400, undefined],
    ['no message', { to: { everyone: true } }, 400, undefined],
    ['a reserved key of data', { to: { everyone: true }, message: { data: { google_x: 'y' } } }, 400, 'reserved_data_key'],
  ])('refuses %s', async (_what, body, status, code) => {
    const answer = await sends(body);

    expect(answer.status).toBe(status);
    if (code !== undefined)
      expect([answer.body.code, ...(answer.body.errors ?? []).map((error) => (error as { code?: string }).code)]).toContain(code);
  });

  it.each([
    ['a b', 3],
    ['a &', 3],
    ['()', 2],
    ['a||', 4],
    ['a+b', 2],
  ])('names the position in the tag expression %j', async (tags, position) => {
    const { status, body } = await sends({ to: { tags }, message });

    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/to/tags', position })]);
  });

  it('names the position in Liquid that does not parse', async () => {
    const { status, body } = await sends({ to: { everyone: true }, message: { title: 'Hi {{ user.name' } });

    expect(status).toBe(400);
    expect(body.errors).toEqual([expect.objectContaining({ pointer: '/message/title', position: 4 })]);
  });

  it('refuses a body over the limit, and dangerous keys', async () => {
    const large = await platform.call<Problem>(
      'PUT',
      '/v1/apps/shop/installations/big',
      { model: 'x'.repeat(1_100_000) },
      { key: shop.key },
    );
    expect(large).toMatchObject({ status: 413, body: { code: 'body_too_large' } });

    const sly = await sends('{"to":{"everyone":true},"message":{"title":"x"},"__proto__":{"admin":true}}', { raw: true });
    expect(sly.status).toBe(400);
    expect(sly.body.errors).toEqual([expect.objectContaining({ pointer: '/__proto__' })]);
  });

  it('keeps keys to what they are for', async () => {
    const other = await Shop.open(platform, 'other');
    const { body: sdk } = await platform.call<{ key: string }>('POST', '/v1/apps/shop/keys', { kind: 'sdk' });

    expect(await platform.call('GET', '/v1/apps/shop', undefined, { key: 'nonsense-nonsense' })).toMatchObject({ status: 401 });
    expect(await platform.call('GET', '/v1/apps/shop/users/charlie', undefined, { key: other.key })).toMatchObject({ status: 403 });
    expect(await sends({ to: { everyone: true }, message }, { key: sdk.key })).toMatchObject({ status: 403 });
    expect(await platform.call('GET', '/v1/apps/nowhere/sends')).toMatchObject({ status: 404, body: { code: 'app_not_found' } });
    expect(await platform.call('GET', '/v1/apps/shop/users/charlie', undefined, { key: 'cr_server_demo' })).toMatchObject({ status: 401 });
  });

  it('R7a tells nobody about a guessed installation', async () => {
    const { body: sdk } = await platform.call<{ key: string }>('POST', '/v1/apps/shop/keys', { kind: 'sdk' });
    const guess = (id: string) => platform.call<Problem>('PUT', `/v1/apps/shop/installations/${id}`, { tags: ['x'] }, { key: sdk.key });

    const first = await platform.call<{ installationSecret: string; ignoredFields: string[] }>(
      'PUT',
      '/v1/apps/shop/installations/mine',
      { platform: 'android', provider: 'fcm', shoeSize: 43 },
      { key: sdk.key },
    );
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ installationSecret: expect.any(String) as string, ignoredFields: ['shoeSize'] });
    expect(await guess('mine')).toMatchObject({ status: 401, body: { code: 'installation_secret_invalid' } });
    const again = await platform.call(
      'PUT',
      '/v1/apps/shop/installations/mine',
      { model: 'Pixel' },
      { key: sdk.key, headers: { 'x-installation-secret': first.body.installationSecret } },
    );
    expect(again).toMatchObject({ status: 200 });
  });

  it('turns malformed events into rejections and dead letters, and takes good ones once', async () => {
    const event = (id: string, data: unknown) => ({ specversion: '1.0', id, source: 'billing', type: 'send.requested.v1', data });
    const { status, body } = await platform.call<{ id: string; status: string; problem?: object }[]>(
      'POST',
      '/v1/events',
      [
        event('good', { app: 'shop', to: { users: ['charlie'] }, message }),
        event('bad', { app: 'shop', to: {}, message }),
        { specversion: '1.0', id: 'worse' },
      ],
      { key: shop.key, headers: { 'content-type': 'application/cloudevents-batch+json' } },
    );

    expect(status).toBe(202);
    expect(body.map((one) => one.status)).toEqual(['accepted', expect.stringMatching(/accepted|rejected/) as string, 'rejected']);
    const list = await until(
      async () => (await shop.call<{ items: { state: string; counts: { accepted: number } }[] }>('GET', '/sends')).body.items,
      (items) => items.some(({ state, counts }) => state === 'done' && counts.accepted === 1),
    );
    expect(list.length).toBeGreaterThan(0);
  });

  it('answers 404 and 405 for what is not there', async () => {
    expect(await platform.call('GET', '/v1/nothing')).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
    expect(await platform.call('DELETE', '/v1/apps/shop/sends')).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  });
});
