import { defaultSettings } from '#libs/access';
import { startHttp, type TestHttp } from '#libs/testing/http';
import { generateKeyPairSync } from 'node:crypto';
import { AppsModule } from '../../src/apps/apps.module.ts';

let http: TestHttp;

beforeEach(async () => {
  http = await startHttp({ imports: [AppsModule] });
});

afterEach(() => http.close());

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  http.call(method, path, { key: http.keys.admin, headers, ...(body !== undefined && { body }) });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = ec.publicKey.export({ type: 'spki', format: 'pem' });

describe('PUT /v1/apps/{app}', () => {
  it('makes an app with the usual settings', async () => {
    const made = await call('PUT', '/v1/apps/shop', {});

    expect(made).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: {
        id: 'shop',
        name: 'shop',
        sdkAuth: 'required',
        sdkKeys: [],
        settings: defaultSettings,
        createdAt: '2026-01-01T00:00:00.000Z',
      },
    });
    expect(await call('GET', '/v1/apps/shop')).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: made.body });
  });

  it('merges and never resets', async () => {
    await call('PUT', '/v1/apps/shop', { name: 'Shop', sdkAuth: 'optional', settings: { maxTags: 5 } });

    expect(await call('PUT', '/v1/apps/shop', { settings: { onUserChange: 'keep' } })).toMatchObject({
      status: 200,
      body: { name: 'Shop', sdkAuth: 'optional', settings: { maxTags: 5, onUserChange: 'keep' }, revision: 2 },
    });
  });

  it('changes nothing when it says nothing new', async () => {
    await call('PUT', '/v1/apps/shop', { name: 'Shop' });

    expect(await call('PUT', '/v1/apps/shop', { name: 'Shop' })).toMatchObject({ status: 200, headers: { etag: '"1"' } });
  });

  it('keeps public keys as PEM, whatever form they came in', async () => {
    const answer = await call('PUT', '/v1/apps/shop', {
      sdkKeys: [
        { kid: 'a', publicKey: pem },
        { kid: 'b', publicKey: ec.publicKey.export({ format: 'jwk' }) },
      ],
    });

    expect(answer).toMatchObject({
      status: 201,
      body: {
        sdkKeys: [
          { kid: 'a', publicKey: pem },
          { kid: 'b', publicKey: pem },
        ],
      },
    });
  });

  it.each([
    ['a private key', [{ kid: 'a', publicKey: ec.privateKey.export({ type: 'pkcs8', format: 'pem' }) }], '/sdkKeys/0/publicKey'],
    ['a private JWK', [{ kid: 'a', publicKey: ec.privateKey.export({ format: 'jwk' }) }], '/sdkKeys/0/publicKey'],
    ['no key', [{ kid: 'a', publicKey: 'x' }], '/sdkKeys/0/publicKey'],
    ['one kid twice', ['a', 'a'].map((kid) => ({ kid, publicKey: pem })), '/sdkKeys'],
    ['four keys', ['a', 'b', 'c', 'd'].map((kid) => ({ kid, publicKey: pem })), '/sdkKeys'],
  ])('refuses %s', async (_what, sdkKeys, pointer) => {
    expect(await call('PUT', '/v1/apps/shop', { sdkKeys })).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('lists all problems at once', async () => {
    const answer = await call('PUT', '/v1/apps/shop', {
      name: 1,
      nmae: 'x',
      settings: { maxTags: 0, sdkWritable: ['user.name'], color: 1 },
    });

    expect((answer.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/name',
      '/nmae',
      '/settings/color',
      '/settings/maxTags',
      '/settings/sdkWritable/0',
    ]);
  });

  it.each(['Shop', '-shop', 'a'.repeat(64), 'sh%C3%B6p', 'a%3Ab'])('refuses the id %s', async (id) => {
    expect(await call('PUT', `/v1/apps/${id}`, {})).toMatchObject({ status: 400, body: { errors: [{ pointer: '/app', in: 'path' }] } });
  });

  it('writes only over the revision that If-Match names', async () => {
    await call('PUT', '/v1/apps/shop', {});

    expect(await call('PUT', '/v1/apps/shop', { name: 'a' }, { 'if-match': '"7"' })).toMatchObject({
      status: 412,
      body: { code: 'revision_mismatch' },
    });
    expect(await call('PUT', '/v1/apps/new', {}, { 'if-match': '*' })).toMatchObject({ status: 412 });
    expect(await call('PUT', '/v1/apps/shop', { name: 'a' }, { 'if-match': 'seven' })).toMatchObject({ status: 400 });
    expect(await call('PUT', '/v1/apps/shop', { name: 'a' }, { 'if-match': '"1"' })).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
    });
  });
});

describe('PATCH /v1/apps/{app}', () => {
  it('brings defaults back with null', async () => {
    await call('PUT', '/v1/apps/shop', { name: 'Shop', sdkAuth: 'disabled', settings: { maxTags: 5, onUserChange: 'keep' } });

    expect(await call('PATCH', '/v1/apps/shop', { sdkAuth: null, settings: { maxTags: null } })).toMatchObject({
      status: 200,
      body: { name: 'Shop', sdkAuth: 'required', settings: { maxTags: 60, onUserChange: 'keep' } },
    });
    expect(await call('PATCH', '/v1/apps/shop', { settings: null })).toMatchObject({ body: { settings: defaultSettings } });
  });

  it('makes no app', async () => {
    expect(await call('PATCH', '/v1/apps/shop', { name: 'x' })).toMatchObject({ status: 404, body: { code: 'app_not_found' } });
  });
});

describe('DELETE /v1/apps/{app}', () => {
  it('stops its keys at once and keeps its id', async () => {
    await call('PUT', '/v1/apps/shop', {});
    const server = await http.keys.key('shop', 'server');
    expect(await http.call('GET', '/v1/apps/shop', { key: server })).toMatchObject({ status: 403, body: { code: 'key_kind_not_allowed' } });

    expect(await call('DELETE', '/v1/apps/shop')).toMatchObject({ status: 204, text: '' });

    expect(await http.call('GET', '/v1/apps/shop', { key: server })).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
    expect(await call('GET', '/v1/apps/shop')).toMatchObject({ status: 404 });
    expect(await call('DELETE', '/v1/apps/shop')).toMatchObject({ status: 404 });
    expect(await call('PUT', '/v1/apps/shop', {})).toMatchObject({ status: 409, body: { code: 'app_deleted' } });
    expect(await call('GET', '/v1/apps')).toMatchObject({ body: { items: [] } });
  });
});

describe('GET /v1/apps', () => {
  it('pages by cursor', async () => {
    for (const id of ['c', 'a', 'b']) await call('PUT', `/v1/apps/${id}`, {});

    const first = await call('GET', '/v1/apps?limit=2');
    const { items, cursor } = first.body as { items: { id: string }[]; cursor: string };

    expect(items.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(await call('GET', `/v1/apps?limit=2&cursor=${cursor}`)).toMatchObject({ body: { items: [{ id: 'c' }], cursor: null } });
    expect(await call('GET', '/v1/apps?cursor=garbage')).toMatchObject({
      status: 400,
      body: { code: 'cursor_invalid' },
    });
  });
});

describe('GET /v1/audit', () => {
  it('has a line for every change, newest first, and none for what changed nothing', async () => {
    await call('PUT', '/v1/apps/shop', { name: 'Shop' });
    await call('PUT', '/v1/apps/bank', {});
    http.clock.advance(1);
    await call('PUT', '/v1/apps/shop', { name: 'Shop' });
    await call('PATCH', '/v1/apps/shop', { settings: { maxTags: 3 } });
    http.clock.advance(1);
    await call('DELETE', '/v1/apps/shop');

    const first = await call('GET', '/v1/audit?app=shop&limit=2');
    const { items, cursor } = first.body as { items: unknown[]; cursor: string };
    const second = await call('GET', `/v1/audit?app=shop&limit=2&cursor=${cursor}`);

    expect(items).toMatchObject([
      { action: 'app.deleted', actor: 'admin:bootstrap', at: '2026-01-01T00:00:00.002Z' },
      { action: 'app.changed', fields: ['settings.maxTags'] },
    ]);
    expect(second.body).toMatchObject({ items: [{ action: 'app.created', fields: ['name'] }], cursor: null });
    expect((await call('GET', '/v1/audit')).body).toMatchObject({ items: { length: 4 } });
  });
});
