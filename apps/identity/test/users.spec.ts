import { IdentityHttp, pointersOf } from './identity-http.ts';

let app: IdentityHttp;
beforeEach(async () => {
  app = await IdentityHttp.start();
});
afterEach(async () => {
  await app.close();
});

describe('a user', () => {
  it('R35, R45: is subscribed at first and shown with a line for each installation', async () => {
    await app.phone('phone-1', 1, { user: 'charlie' });
    await app.phone('phone-2', 2, { user: 'charlie', fields: { platform: 'ios', provider: 'apns', permission: 'denied' } });
    await app.phone('phone-3', 3, { user: 'charlie', token: null });

    const { status, body, text } = await app.user('charlie');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      externalId: 'charlie',
      subscription: 'subscribed',
      tags: [],
      attributes: {},
      userId: expect.any(String) as unknown,
    });
    const lines = (body['installations'] as { id: string; pushRegisteredFor: string; notificationsEnabled: boolean }[]).toSorted((a, b) =>
      a.id.localeCompare(b.id),
    );
    expect(lines.map(({ id, pushRegisteredFor, notificationsEnabled }) => [id, pushRegisteredFor, notificationsEnabled])).toEqual([
      ['phone-1', 'Foreground: demo', true],
      ['phone-2', 'Background: demo', false],
      ['phone-3', '--', true],
    ]);
    expect(text).not.toMatch(/"token"|secret/i);
  });

  it('can be looked up by an id in the body, and is 404 when nobody knows it', async () => {
    await app.call('PATCH', 'users/a%2Fb%20%C3%A9', { body: {} });

    expect((await app.call('POST', 'users/lookup', { body: { externalId: 'a/b é' } })).body['externalId']).toBe('a/b é');
    expect((await app.call('POST', 'users/lookup', { body: { externalId: 'nobody' } })).body).toMatchObject({
      status: 404,
      code: 'user_not_found',
    });
    for (const path of ['users/nobody', 'users/nobody/ledger', 'users/nobody/reachability']) {
      expect((await app.call('GET', path)).body).toMatchObject({ status: 404, code: 'user_not_found' });
    }
  });

  it('is made by the first PATCH, which merges', async () => {
    const made = await app.call('PATCH', 'users/charlie', { body: { tags: ['vip'], attributes: { plan: 'gold', age: 41 } } });
    const changed = await app.call('PATCH', 'users/charlie', {
      body: { attributes: { age: null, city: 'Paris' } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });

    expect(made.status).toBe(200);
    expect(changed.body).toMatchObject({ tags: ['vip'], attributes: { plan: 'gold', city: 'Paris' }, subscription: 'subscribed' });
    expect((await app.user('charlie')).body['attributes']).toEqual({ plan: 'gold', city: 'Paris' });
    expect((await app.call('PATCH', 'users/charlie', { body: { tags: null, attributes: null } })).body).toMatchObject({
      tags: [],
      attributes: {},
    });
  });

  it('R37, R39, R40: unsubscribed is reached on no device, subscribed again on all of them', async () => {
    await app.phone('phone-1', 1, { user: 'charlie' });

    await app.call('PATCH', 'users/charlie', { body: { subscription: 'unsubscribed' } });
    expect(await app.isReachable('charlie')).toBe(false);
    expect((await app.user('charlie')).body['installations']).toMatchObject([{ pushRegisteredFor: 'Foreground: demo' }]);

    await app.call('PATCH', 'users/charlie', { body: { subscription: 'subscribed' } });
    expect(await app.isReachable('charlie')).toBe(true);
  });

  it('says for each device why it cannot be reached', async () => {
    await app.phone('denied', 1, { user: 'lee', fields: { platform: 'ios', provider: 'apns', permission: 'denied' } });
    await app.phone('tokenless', 2, { user: 'lee', token: null });

    const { body } = await app.call('GET', 'users/lee/reachability');

    const reasons = (body['installations'] as { id: string; reason: string }[]).map(({ id, reason }) => [id, reason]);
    expect(Object.fromEntries(reasons)).toEqual({
      denied: 'notifications_disabled',
      tokenless: 'no_token',
    });
    expect(body['reachable']).toBe(false);
  });

  it('is refused with every problem at once', async () => {
    const answer = await app.call('PATCH', 'users/charlie', {
      body: { subscription: 'maybe', tags: ['not ok'], attributes: { 'a.b.c.d': 1, ok: 1 }, externalId: 'x' },
    });

    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual(['/attributes/a.b.c.d', '/externalId', '/subscription', '/tags/0']);
    const dangerous = await app.call('PATCH', 'users/charlie', { body: '{"attributes":{"__proto__":1}}' });
    expect(pointersOf(dangerous)).toEqual(['/attributes/__proto__']);
    expect((await app.call('PATCH', 'users/charlie', { body: [] })).status).toBe(400);
    expect((await app.call('PATCH', 'users/charlie', { body: '{' })).body['code']).toBe('json_invalid');
    expect((await app.user('charlie')).status).toBe(404);
  });

  it('has at most as many tags and attributes as the app allows', async () => {
    const tags = Array.from({ length: 61 }, (_, i) => `t${i}`);
    const attributes = (from: number) => Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`a${from + i}`, i]));

    expect((await app.call('PATCH', 'users/charlie', { body: { tags } })).body['code']).toBe('too_many_tags');
    expect((await app.call('PATCH', 'users/charlie', { body: { attributes: attributes(0) } })).status).toBe(200);
    expect((await app.call('PATCH', 'users/charlie', { body: { attributes: attributes(130) } })).body['code']).toBe('too_many_attributes');
  });
});

describe('tags of a user', () => {
  it('are added and removed without a race', async () => {
    await app.call('PATCH', 'users/charlie', { body: { tags: ['a'] } });
    const change = (body: unknown) => app.call('POST', 'users/charlie/tags', { body });

    await Promise.all(Array.from({ length: 10 }, (_, i) => change({ add: [`t${i}`], ...(i === 0 && { remove: ['a'] }) })));

    expect(((await change({})).body['tags'] as string[]).toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => `t${i}`));
    expect((await app.call('POST', 'users/nobody/tags', { body: { add: ['x'] } })).body['code']).toBe('user_not_found');
    expect((await change({ add: ['not ok'] })).status).toBe(400);
  });
});
