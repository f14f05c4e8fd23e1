import { startHttp, type TestHttp } from '#libs/testing/http';
import { Allow, Public } from '#libs/api';
import { Controller, Get, Param, Post } from '@nestjs/common';
import { KeysModule } from '../../src/keys/keys.module.ts';

@Controller('v1/apps/:app/sends')
@Allow('server')
class SendsController {
  @Get()
  list() {
    return { items: [] };
  }

  @Post()
  send() {
    return {};
  }
}

@Controller('v1/apps/:app/installations/:id')
@Allow('server', 'sdk')
class InstallationsController {
  @Get()
  get(@Param('id') id: string) {
    return { id };
  }
}

@Controller()
class OtherController {
  @Get('v1/apps/demo/stories')
  @Allow('server')
  stories() {
    return {};
  }

  @Get('healthz')
  @Public()
  health() {
    return {};
  }

  @Get('v1/undecided')
  undecided() {
    return {};
  }
}

let http: TestHttp;

beforeEach(async () => {
  http = await startHttp({
    imports: [KeysModule],
    controllers: [SendsController, InstallationsController, OtherController],
    demo: true,
    sdkLimits: { perInstallation: 3, perAddress: 5 },
  });
  await http.keys.app('shop');
});

afterEach(() => http.close());

const admin = (method: string, path: string, body?: unknown) =>
  http.call(method, path, { key: http.keys.admin, ...(body !== undefined && { body }) });

async function newKey(body: unknown, path = '/v1/apps/shop/keys'): Promise<{ id: string; key: string }> {
  const answer = await admin('POST', path, body);
  expect(answer.status).toBe(201);
  return answer.body as { id: string; key: string };
}

describe('API keys', () => {
  it('are shown once, work at once and stop at once', async () => {
    const { id, key } = await newKey({ kind: 'server', name: 'checkout' });
    expect(key).toMatch(/^cr_server_[\w-]{43}$/);
    expect(await http.call('GET', '/v1/apps/shop/sends', { key })).toMatchObject({ status: 200 });

    const list = await admin('GET', '/v1/apps/shop/keys');
    expect(list).toMatchObject({ status: 200, body: { items: [{ id, kind: 'server', name: 'checkout' }], cursor: null } });
    expect(list.text).not.toContain(key);
    expect(
      http.store
        .sql('SELECT document FROM api_keys')
        .all()
        .map((row) => String(row['document']))
        .join(),
    ).not.toContain(key);

    expect(await admin('DELETE', `/v1/apps/shop/keys/${id}`)).toMatchObject({ status: 204 });
    expect(await http.call('GET', '/v1/apps/shop/sends', { key })).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
    expect(await admin('DELETE', `/v1/apps/shop/keys/${id}`)).toMatchObject({ status: 404, body: { code: 'key_not_found' } });
  });

  it('end when they expire', async () => {
    const { key } = await newKey({ kind: 'server', expiresAt: '2026-01-01T01:00:00+00:30' });
    expect(await http.call('GET', '/v1/apps/shop/sends', { key })).toMatchObject({ status: 200 });

    http.clock.advance(30 * 60_000);

    expect(await http.call('GET', '/v1/apps/shop/sends', { key })).toMatchObject({ status: 401 });
    expect(await admin('POST', '/v1/apps/shop/keys', { kind: 'sdk', expiresAt: '2025-01-01T00:00:00Z' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/expiresAt' }] },
    });
  });

  it('are refused without a key, with a wrong one, of a wrong kind, of another app', async () => {
    await http.keys.app('bank');
    const { key } = await newKey({ kind: 'server' });
    const { key: sdk } = await newKey({ kind: 'sdk' });
    const cases = [
      [{}, '/v1/apps/shop/sends', 401, 'key_missing'],
      [{ headers: { authorization: 'Basic abc' } }, '/v1/apps/shop/sends', 401, 'key_missing'],
      [{ key: 'cr_server_wrong' }, '/v1/apps/shop/sends', 401, 'key_invalid'],
      [{ key: sdk }, '/v1/apps/shop/sends', 403, 'key_kind_not_allowed'],
      [{ key }, '/v1/apps/bank/sends', 403, 'key_wrong_app'],
      [{ key }, '/v1/apps/nobody/sends', 403, 'key_wrong_app'],
      [{ key: http.keys.admin }, '/v1/apps/nobody/sends', 404, 'app_not_found'],
      [{ key }, '/v1/apps/shop/keys', 403, 'key_kind_not_allowed'],
      [{ key }, '/v1/apps/demo/stories', 403, 'key_wrong_app'],
      [{ key }, '/v1/undecided', 403, 'key_kind_not_allowed'],
      [{ key: http.keys.admin }, '/v1/undecided', 200, undefined],
      [{}, '/healthz', 200, undefined],
    ] as const;

    for (const [request, path, status, code] of cases) {
      const answer = await http.call('GET', path, request);
      expect([path, answer.status, (answer.body as { code?: string }).code]).toEqual([path, status, code]);
    }
    expect((await http.call('GET', '/v1/apps/shop/sends')).headers).toMatchObject({ 'www-authenticate': 'Bearer' });
  });

  it('do only what their scopes say', async () => {
    const { key } = await newKey({ kind: 'server', scopes: ['sends:read'] });

    expect(await http.call('GET', '/v1/apps/shop/sends', { key })).toMatchObject({ status: 200 });
    expect(await http.call('POST', '/v1/apps/shop/sends', { key })).toMatchObject({ status: 403, body: { code: 'key_scope_not_allowed' } });
    expect(await http.call('GET', '/v1/apps/shop/installations/1', { key })).toMatchObject({ status: 403 });
  });

  it.each([
    [{ kind: 'admin' }, '/kind'],
    [{ kind: 'sdk', scopes: ['sends'] }, '/scopes'],
    [{ kind: 'server', scopes: ['everything'] }, '/scopes/0'],
    [{ kind: 'server', expiresAt: 'tomorrow' }, '/expiresAt'],
  ])('cannot be made as %j', async (body, pointer) => {
    expect(await admin('POST', '/v1/apps/shop/keys', body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('are at most a hundred of one app', async () => {
    for (let made = 0; made < 100; made += 1) await http.keys.key('shop', 'server');

    expect(await admin('POST', '/v1/apps/shop/keys', { kind: 'server' })).toMatchObject({ status: 409, body: { code: 'too_many_keys' } });
  });
});

describe('admin keys', () => {
  it('are made beside the bootstrap key, and may do everything', async () => {
    const { id, key } = await newKey({ name: 'deployment' }, '/v1/keys');
    expect(key).toMatch(/^cr_admin_/);

    expect(await http.call('GET', '/v1/apps/shop/keys', { key })).toMatchObject({ status: 200, body: { items: [] } });
    expect(await http.call('DELETE', `/v1/keys/${id}`, { key })).toMatchObject({ status: 204 });
    expect(await http.call('GET', '/v1/keys', { key })).toMatchObject({ status: 401 });
  });
});

describe('the demo key', () => {
  const demo = (given: object) =>
    http.call('GET', '/v1/apps/demo/sends', { key: 'cr_server_demo', headers: { host: 'localhost:8080' }, ...given });

  it('opens the demo to programs on this machine only', async () => {
    expect(await demo({})).toMatchObject({ status: 401 });
    await http.keys.app('demo');

    expect(await demo({})).toMatchObject({ status: 200 });
    expect(await demo({ remoteAddress: '::ffff:127.0.0.1' })).toMatchObject({ status: 200 });
    expect(await demo({ remoteAddress: '192.0.2.7' })).toMatchObject({ status: 401 });
    expect(await demo({ headers: { host: 'localhost', 'x-forwarded-for': '192.0.2.7' } })).toMatchObject({ status: 401 });
    expect(await demo({ headers: { host: 'rebound.example' } })).toMatchObject({ status: 401 });
    expect(await http.call('GET', '/v1/apps/shop/sends', { key: 'cr_server_demo', headers: { host: 'localhost' } })).toMatchObject({
      status: 403,
    });
  });
});

describe('sdk keys', () => {
  it('are limited by installation and by address', async () => {
    const { key } = await newKey({ kind: 'sdk' });
    const statuses = async (ids: string[]) => {
      const answers = [];
      for (const id of ids) answers.push((await http.call('GET', `/v1/apps/shop/installations/${id}`, { key })).status);
      return answers;
    };

    expect(await statuses(['a', 'a', 'a', 'a'])).toEqual([200, 200, 200, 429]);
    expect(await statuses(['b', 'c'])).toEqual([200, 429]);
    expect(await http.call('GET', '/v1/apps/shop/installations/d', { key })).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
      body: { code: 'too_many_requests' },
    });
    http.clock.advance(1_000);
    expect(await statuses(['a', 'd'])).toEqual([200, 200]);
  });

  it('lose none of their calls to strangers who guess at an installation', async () => {
    const { key } = await newKey({ kind: 'sdk' });
    const call = async (secret: string | undefined, remoteAddress: string) =>
      (
        await http.call('GET', '/v1/apps/shop/installations/phone', {
          key,
          remoteAddress,
          headers: secret === undefined ? {} : { 'x-installation-secret': secret },
        })
      ).status;

    for (let n = 0; n < 4; n += 1) await call('wrong', '192.0.2.1');
    expect(await call('wrong', '192.0.2.1')).toBe(429);
    for (let n = 0; n < 4; n += 1) await call(undefined, '192.0.2.2');
    expect(await call(undefined, '192.0.2.2')).toBe(429);

    expect([await call('right', '198.51.100.1'), await call('right', '198.51.100.1'), await call('right', '198.51.100.1')]).toEqual([
      200, 200, 200,
    ]);
    expect(await call('right', '198.51.100.2')).toBe(429); // wherever it is
  });

  it('of one app take nothing from those of another at the same address', async () => {
    await http.keys.app('other');
    const [{ key }, { key: others }] = [await newKey({ kind: 'sdk' }), await newKey({ kind: 'sdk' }, '/v1/apps/other/keys')];

    for (let n = 0; n < 6; n += 1) await http.call('GET', `/v1/apps/shop/installations/flood-${n}`, { key });

    expect(await http.call('GET', '/v1/apps/shop/installations/flood-7', { key })).toMatchObject({ status: 429 });
    expect(await http.call('GET', '/v1/apps/other/installations/phone', { key: others })).toMatchObject({ status: 200 });
  });

  it('are told apart behind a trusted proxy only', async () => {
    await http.close();
    http = await startHttp({
      imports: [KeysModule],
      controllers: [InstallationsController],
      sdkLimits: { perInstallation: 3, perAddress: 2 },
      trustProxy: ['10.0.0.0/8'],
    });
    await http.keys.app('shop');
    const { key } = await newKey({ kind: 'sdk' });
    let phone = 0;
    const call = async (remoteAddress: string, headers: Record<string, string>) =>
      (await http.call('GET', `/v1/apps/shop/installations/${(phone += 1)}`, { key, remoteAddress, headers })).status;
    const thrice = async (remoteAddress: string, headers: () => Record<string, string>) => [
      await call(remoteAddress, headers()),
      await call(remoteAddress, headers()),
      await call(remoteAddress, headers()),
    ];
    let last = 0;
    const another = () => `203.0.113.${(last += 1)}`;

    expect(await thrice('10.1.1.1', () => ({ 'x-forwarded-for': another() }))).toEqual([200, 200, 200]);
    expect(await thrice('10.1.1.1', () => ({ forwarded: `for="${another()}:4711";proto=https` }))).toEqual([200, 200, 200]);
    expect(await thrice('10.1.1.1', () => ({ 'x-forwarded-for': `${another()}, 198.51.100.1` }))).toEqual([200, 200, 429]);
    expect(await thrice('198.51.100.2', () => ({ 'x-forwarded-for': another() }))).toEqual([200, 200, 429]);
    expect(await thrice('10.1.1.1', () => ({ forwarded: `for=${another()}`, 'x-forwarded-for': '198.51.100.3' }))).toEqual([200, 200, 429]);
  });
});
