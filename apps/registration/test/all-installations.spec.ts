import { RegistrationHttp, apnsToken, iphone, type Json } from './registration-http.ts';

let app: RegistrationHttp;
beforeEach(async () => {
  app = await RegistrationHttp.start();
});
afterEach(async () => {
  await app.close();
});

async function listed(query = ''): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = `installations?limit=2${query}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { body } = await app.call('GET', page);
    ids.push(...(body['items'] as Json[]).map(({ id }) => id));
    cursor = body['cursor'] as string | null;
  }
  return ids.sort();
}

it('lists installations page by page, filtered, without their tokens', async () => {
  await app.put('a', { ...iphone, token: apnsToken(1), tags: ['vip'], externalId: 'kim' });
  await app.put('b', { ...iphone, platform: 'ipados', externalId: 'kim' });
  await app.put('c', { platform: 'android', provider: 'fcm', tags: ['vip'] });
  for (const id of ['d', 'e', 'gone']) await app.put(id, iphone);
  await app.call('DELETE', 'installations/gone');

  expect(await listed()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(await listed('&tag=vip')).toEqual(['a', 'c']);
  expect(await listed('&tag=vip&platform=ios')).toEqual(['a']);
  expect(await listed('&provider=fcm')).toEqual(['c']);
  expect(await listed('&user=kim')).toEqual(['a', 'b']);
  expect(await listed('&user=kim&platform=ipados')).toEqual(['b']);
  expect(await listed('&user=nobody')).toEqual([]);
  expect(await listed('&suspect=true')).toEqual([]);
  expect(await listed('&suspect=false')).toHaveLength(5);
  const { text } = await app.call('GET', 'installations');
  expect(text).not.toMatch(/"token"|secretHash/);
  for (const bad of ['?platform=toaster', '?tag=not%20ok', '?cursor=x', '?mood=1'])
    expect((await app.call('GET', `installations${bad}`)).status).toBe(400);
  expect((await app.call('GET', 'installations', { key: app.sdk })).status).toBe(403);
});
