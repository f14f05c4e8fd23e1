import { IdentityHttp } from './identity-http.ts';

let app: IdentityHttp;

beforeEach(async () => {
  app = await IdentityHttp.start();
  await app.phone('phone-1', 1, { user: 'charlie' });
});

afterEach(() => app.close());

const ownerOf = async () => (await app.user('charlie')).body['installations'] as unknown[];

describe.each([
  ['PUT', { externalId: 'kim' }],
  ['DELETE', undefined],
])('%s installations/{id}/user', (method, body) => {
  const call = (headers: Record<string, string>) =>
    app.call(method, 'installations/phone-1/user', { headers, ...(body !== undefined && { body }) });

  it.each([{ 'if-none-match': '*' }, { 'if-match': 'W/"1"' }, { 'if-match': '"stale"' }])('with %j changes nobody', async (headers) => {
    expect(await call(headers)).toMatchObject({ status: 412, body: { code: 'revision_mismatch' } });
    expect(await ownerOf()).toHaveLength(1);
  });

  it('takes any of the tags that the caller knows', async () => {
    expect((await call({ 'if-match': '"99", "1"' })).status).toBe(200);
    expect(await ownerOf()).toHaveLength(0);
  });
});

describe('GET users/{externalId}', () => {
  it('answers 304 until something of the user changes', async () => {
    const etag = (await app.user('charlie')).headers['etag'] ?? '';
    const again = () => app.call('GET', 'users/charlie', { headers: { 'if-none-match': etag } });

    expect(etag).not.toBe('');
    expect((await again()).status).toBe(304);
    await app.call('POST', 'users/charlie/tags', { body: { add: ['vip'], remove: [] } });
    expect((await again()).status).toBe(200);
  });
});
