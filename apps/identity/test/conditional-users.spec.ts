import { IdentityHttp } from './identity-http.ts';

let app: IdentityHttp;

beforeEach(async () => {
  app = await IdentityHttp.start();
  await app.phone('phone-1', 1, { user: 'charlie' });
});

afterEach(() => app.close());

describe.each([
  ['PATCH', 'users/charlie', { tags: ['vip'] }],
  ['POST', 'users/charlie/tags', { add: ['vip'] }],
])('%s %s', (method, path, body) => {
  const call = (headers: Record<string, string>) => app.call(method, path, { headers, body });

  it.each([
    { 'if-match': '"stale"' },
    { 'if-match': '"99"' },
    { 'if-match': 'W/"1"' },
    { 'if-none-match': '*' },
    { 'if-none-match': 'W/"1"' },
    { 'if-match': '"1"', 'if-none-match': '*' },
  ])('with %j writes nothing', async (headers) => {
    expect(await call(headers)).toMatchObject({ status: 412, body: { code: 'revision_mismatch' } });
    expect((await app.user('charlie')).body).toMatchObject({ revision: 1, tags: [] });
  });

  it.each([{ 'if-match': 'stale' }, { 'if-none-match': '1, 2' }])('with %j is told what is wrong', async (headers) => {
    expect(await call(headers)).toMatchObject({ status: 400, body: { errors: [{ in: 'header' }] } });
  });

  it.each([{ 'if-match': '"99", "1"' }, { 'if-match': '*' }, { 'if-none-match': '"99"' }])('with %j writes', async (headers) => {
    expect(await call(headers)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
  });

  it('takes the tag of the GET once', async () => {
    const etag = (await app.user('charlie')).headers['etag'] ?? '';

    expect(etag).toMatch(/^"1-/);
    expect((await call({ 'if-match': etag })).status).toBeLessThan(300);
    expect((await call({ 'if-match': etag })).status).toBe(412);
  });

  it('lets one of many callers write who saw the same revision', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        app.call(method, path, { headers: { 'if-match': '"1"' }, body: method === 'PATCH' ? { tags: [`t${n}`] } : { add: [`t${n}`] } }),
      ),
    );

    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
  });
});

it('PATCH makes a user under If-None-Match: *, and none under If-Match', async () => {
  const call = (headers: Record<string, string>) => app.call('PATCH', 'users/kim', { headers, body: { tags: ['a'] } });

  for (const match of ['*', '"1"']) expect((await call({ 'if-match': match })).status).toBe(412);
  expect((await call({ 'if-none-match': '*' })).status).toBe(200);
  expect((await call({ 'if-none-match': '*' })).status).toBe(412);
});

it('GET tells a reader of new devices, though the revision of the user is the same', async () => {
  const etag = (await app.user('charlie')).headers['etag'] ?? '';
  const again = () => app.call('GET', 'users/charlie', { headers: { 'if-none-match': etag } });

  expect((await again()).status).toBe(304);
  await app.phone('phone-2', 2, { user: 'charlie' });
  expect((await again()).status).toBe(200);
});
