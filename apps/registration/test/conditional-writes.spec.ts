import { RegistrationHttp, apnsToken, iphone } from './registration-http.ts';

let app: RegistrationHttp;
const admin = 'an admin key for tests';

beforeEach(async () => {
  app = await RegistrationHttp.start();
});

afterEach(() => app.close());

/** Every call that writes what has a revision, on something that exists, with a body that would change it. */
const writes = [
  ['PUT', '/v1/apps/shop', { name: 'Another' }, '/v1/apps/shop'],
  ['PATCH', '/v1/apps/shop', { name: 'Another' }, '/v1/apps/shop'],
  ['DELETE', '/v1/apps/shop', undefined, '/v1/apps/shop'],
  ['PUT', '/v1/apps/shop/credentials/apns', { simulated: true, bundleIds: ['another.id'] }, '/v1/apps/shop/credentials/apns'],
  ['PUT', '/v1/apps/shop/installations/phone', { appVersion: '2' }, '/v1/apps/shop/installations/phone'],
  ['PATCH', '/v1/apps/shop/installations/phone', { appVersion: '2' }, '/v1/apps/shop/installations/phone'],
  ['DELETE', '/v1/apps/shop/installations/phone', undefined, '/v1/apps/shop/installations/phone'],
  ['POST', '/v1/apps/shop/installations/phone/tags', { add: ['a'] }, '/v1/apps/shop/installations/phone'],
  ['POST', '/v1/apps/shop/installations/phone/sessions', { appVersion: '2' }, '/v1/apps/shop/installations/phone'],
] as const;

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.http.call(method, path, { key: admin, headers, ...(body !== undefined && { body }) });

describe.each(writes)('%s %s', (method, path, body, resource) => {
  beforeEach(async () => {
    expect((await call('PUT', '/v1/apps/shop', { name: 'Shop' })).status).toBe(201);
    expect((await call('PUT', '/v1/apps/shop/credentials/apns', { simulated: true })).status).toBe(200);
    expect((await call('PUT', '/v1/apps/shop/installations/phone', { ...iphone, token: apnsToken(1) })).status).toBe(201);
  });

  it.each([
    { 'if-none-match': '*' },
    { 'if-none-match': '"1"' },
    { 'if-none-match': 'W/"1"' },
    { 'if-match': 'W/"1"' },
    { 'if-match': '"stale"' },
    { 'if-match': '"99", "98"' },
    { 'if-match': '"1"', 'if-none-match': '*' },
  ])('with %j writes nothing', async (headers) => {
    const before = await call('GET', resource);

    expect(await call(method, path, body, headers)).toMatchObject({ status: 412, body: { code: 'revision_mismatch' } });
    expect((await call('GET', resource)).text).toBe(before.text);
  });

  it.each([{ 'if-match': '"99", "1"' }, { 'if-match': '*' }, { 'if-none-match': '"99", W/"98"' }])('with %j writes', async (headers) => {
    expect((await call(method, path, body, headers)).status).toBeLessThan(300);
    expect((await call('GET', resource)).headers['etag']).not.toBe('"1"');
  });

  it.each([{ 'if-match': 'stale' }, { 'if-none-match': '1, 2' }, { 'if-match': '"1' }])(
    'with %j is told what is wrong',
    async (headers) => {
      expect(await call(method, path, body, headers)).toMatchObject({ status: 400, body: { errors: [{ in: 'header' }] } });
    },
  );
});

describe('a condition that a write could not look at', () => {
  it.each([
    ['PUT', 'installations/phone/live-activities/order-17', { token: apnsToken(2) }],
    ['DELETE', 'installations/phone/live-activities/order-17', undefined],
    ['PUT', 'installations/phone/live-activity-starts/Delivery', { token: apnsToken(2) }],
    ['DELETE', 'installations/phone/live-activity-starts/Delivery', undefined],
    ['DELETE', 'keys/0198f3a2-6b1c-4c8e-9d2a-3f5b7c9e1a24', undefined],
  ])('of %s %s writes nothing', async (method, path, body) => {
    await call('PUT', '/v1/apps/shop', {});
    await call('PUT', '/v1/apps/shop/installations/phone', { ...iphone, token: apnsToken(1) });
    const ask = (headers: Record<string, string>) => call(method, `/v1/apps/shop/${path}`, body, headers);

    expect(await ask({ 'if-none-match': '*' })).toMatchObject({ status: 412, body: { code: 'revision_mismatch' } });
    expect(await ask({ 'if-match': '"1"' })).toMatchObject({ status: 412 });
    expect(await ask({ 'if-match': 'stale' })).toMatchObject({ status: 400, body: { errors: [{ in: 'header' }] } });
    expect((await ask({})).status).not.toBe(412);
  });
});

describe('PUT with If-None-Match: *', () => {
  const absent = { 'if-none-match': '*' };

  it('makes what is not there, also where it was deleted before', async () => {
    expect((await call('PUT', '/v1/apps/shop', {}, absent)).status).toBe(201);
    expect((await call('PUT', '/v1/apps/shop/credentials/fcm', { simulated: true }, absent)).status).toBe(200);
    for (let round = 0; round < 2; round += 1) {
      expect((await call('PUT', '/v1/apps/shop/installations/phone', iphone, absent)).status).toBe(201);
      expect((await call('DELETE', '/v1/apps/shop/installations/phone')).status).toBe(204);
    }
  });

  it('lets one of many callers make it', async () => {
    await call('PUT', '/v1/apps/shop', {});

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => call('PUT', '/v1/apps/shop/installations/phone', { ...iphone, appVersion: `${n}` }, absent)),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 412)]);
  });

  it('asks an sdk key for its proof first', async () => {
    await app.putBySdk('phone');

    expect((await app.put('phone', {}, { key: app.sdk, headers: absent })).status).toBe(401);
  });
});
