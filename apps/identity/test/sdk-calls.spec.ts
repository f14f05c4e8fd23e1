import { sdkKeys, userToken } from '#libs/testing/http';
import { IdentityHttp, pointersOf } from './identity-http.ts';

let app: IdentityHttp;
afterEach(async () => {
  await app.close();
});

describe('R7a: an sdk key', () => {
  beforeEach(async () => {
    app = await IdentityHttp.start();
  });

  it('changes the user of its own installation, and is told nothing of the one before', async () => {
    const headers = await app.ownPhone('phone-1', 1, 'charlie');

    const { status, body } = await app.changeUser('phone-1', 'kim', { key: app.sdk, headers });

    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['externalId', 'revision', 'userId']);
    expect((await app.call('DELETE', 'installations/phone-1/user', { key: app.sdk, headers })).body['externalId']).toBeNull();
  });

  it('names unknown fields and goes on', async () => {
    const headers = await app.ownPhone('phone-1', 1);

    const { body } = await app.call('PUT', 'installations/phone-1/user', {
      key: app.sdk,
      headers,
      body: { externalId: 'kim', aura: 'blue' },
    });

    expect(body).toMatchObject({ externalId: 'kim', ignoredFields: ['aura'] });
  });

  it('learns nothing from a guessed id: unknown and not proven are the same answer', async () => {
    await app.phone('server-made', 2);
    await app.ownPhone('phone-1', 1);
    const headers = await app.ownPhone('phone-2', 3);

    for (const id of ['phone-1', 'server-made', 'nobody']) {
      for (const call of [{ key: app.sdk, headers }, { key: app.sdk }]) {
        expect((await app.changeUser(id, 'kim', call)).body).toMatchObject({ status: 401, code: 'installation_secret_invalid' });
        expect((await app.call('DELETE', `installations/${id}/user`, call)).body).toMatchObject({ status: 401 });
      }
    }
  });

  it('may not read users, look them up, or see ledgers and reachability', async () => {
    const headers = await app.ownPhone('phone-1', 1, 'charlie');
    const answers = [
      await app.call('GET', 'users/charlie', { key: app.sdk, headers }),
      await app.call('POST', 'users/lookup', { key: app.sdk, headers, body: { externalId: 'charlie' } }),
      await app.call('GET', 'users/charlie/ledger', { key: app.sdk, headers }),
      await app.call('GET', 'users/charlie/reachability', { key: app.sdk, headers }),
    ];

    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(answers.map(() => [403, 'key_kind_not_allowed']));
  });

  it('changes its own user’s subscription, and no other user’s', async () => {
    const headers = await app.ownPhone('phone-1', 1, 'charlie');
    await app.call('PATCH', 'users/kim', { body: {} });
    await app.call('PATCH', 'users/charlie', { body: { tags: ['vip'], attributes: { debt: 7 } } });
    const patch = (user: string, given: Readonly<Record<string, string>>) =>
      app.call('PATCH', `users/${user}`, { key: app.sdk, headers: given, body: { subscription: 'unsubscribed' } });

    const own = await patch('charlie', headers);

    expect(own.status).toBe(200);
    expect(own.body).toEqual({ externalId: 'charlie', subscription: 'unsubscribed', tags: [], attributes: {} });
    expect((await patch('kim', headers)).body).toMatchObject({ status: 403, code: 'user_not_own' });
    expect((await patch('nobody', headers)).body).toMatchObject({ status: 403, code: 'user_not_own' });
    expect((await patch('charlie', {})).body).toMatchObject({ status: 403, code: 'user_not_own' });
    expect((await patch('charlie', { ...headers, 'x-installation-secret': 'guess' })).body).toMatchObject({ status: 401 });
    expect((await app.user('kim')).body['subscription']).toBe('subscribed');
  });

  it('writes of its user only what settings.sdkWritable opens', async () => {
    const headers = await app.ownPhone('phone-1', 1, 'charlie');
    const by = { key: app.sdk, headers };

    const refused = await app.call('PATCH', 'users/charlie', { ...by, body: { tags: ['vip'], attributes: { plan: 'gold' } } });
    const refusedTags = await app.call('POST', 'users/charlie/tags', { ...by, body: { add: ['vip'] } });

    expect(refused.body).toMatchObject({ status: 403, code: 'field_not_writable' });
    expect(refusedTags.body).toMatchObject({ status: 403, code: 'tag_not_writable' });
    await app.close();
    app = await IdentityHttp.start({ settings: { sdkWritable: ['user.tags:news_*', 'user.attributes:theme'] } as never });
    const own = { key: app.sdk, headers: await app.ownPhone('phone-1', 1, 'charlie') };
    await app.call('PATCH', 'users/charlie', { body: { tags: ['vip', 'news_old'], attributes: { plan: 'gold' } } });

    const written = await app.call('PATCH', 'users/charlie', { ...own, body: { tags: ['news_fr'], attributes: { theme: 'dark' } } });
    const tagged = await app.call('POST', 'users/charlie/tags', { ...own, body: { add: ['news_de'] } });

    expect(written.body).toMatchObject({ tags: ['news_fr'], attributes: { theme: 'dark' } });
    expect((tagged.body['tags'] as string[]).toSorted()).toEqual(['news_de', 'news_fr']);
    expect(pointersOf(await app.call('PATCH', 'users/charlie', { ...own, body: { subscription: 'opted_in' } }))).toEqual(['/subscription']);
    expect(pointersOf(await app.call('PATCH', 'users/charlie', { ...own, body: { attributes: null } }))).toEqual(['/attributes']);
    expect((await app.user('charlie')).body).toMatchObject({ attributes: { plan: 'gold', theme: 'dark' } });
    expect(((await app.user('charlie')).body['tags'] as string[]).toSorted()).toEqual(['news_de', 'news_fr', 'vip']);
  });
});

describe('PATCH …/installations/{id}/user', () => {
  const patch = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    app.call('PATCH', 'installations/phone-1/user', { key: app.sdk, headers, body });

  it('changes of the owner what settings.sdkWritable opens, and shows no more; a tag that a server gave stays', async () => {
    const settings = { sdkWritable: ['user.tags:pref_*', 'user.attributes:theme', 'user.subscription'] } as never;
    app = await IdentityHttp.start({ settings });
    const headers = await app.ownPhone('phone-1', 1, 'charlie');
    await app.call('PATCH', 'users/charlie', { body: { tags: ['vip', 'pref_old'], attributes: { plan: 'gold' } } });

    const { status, body } = await patch(
      { subscription: 'opted_in', attributes: { theme: 'dark' }, tags: { add: ['pref_news'], remove: ['pref_old'] }, aura: 1 },
      headers,
    );

    expect(status).toBe(200);
    expect(body).toEqual({
      externalId: 'charlie',
      subscription: 'opted_in',
      tags: ['pref_news'],
      attributes: { theme: 'dark' },
      ignoredFields: ['aura'],
    });
    expect((await app.user('charlie')).body).toMatchObject({ tags: ['vip', 'pref_news'], attributes: { plan: 'gold', theme: 'dark' } });
    const refused = await patch({ subscription: 'unsubscribed', tags: { add: ['vip'], remove: ['pref_news', 'vip'] } }, headers);
    expect(refused.body).toMatchObject({
      status: 403,
      code: 'tag_not_writable',
      detail: expect.stringContaining('settings.sdkWritable') as string,
    });
    expect(pointersOf(refused)).toEqual(['/tags/add/0', '/tags/remove/1']);
    const others = await patch({ attributes: { plan: 'free' } }, headers);
    expect([others.body['code'], pointersOf(others)]).toEqual(['field_not_writable', ['/attributes/plan']]);
    expect((await app.user('charlie')).body['subscription']).toBe('opted_in');
  });

  it('opens no tags unless the app does, wants the secret, and takes anonymous owners', async () => {
    app = await IdentityHttp.start();
    const headers = await app.ownPhone('phone-1', 1);

    expect((await patch({ tags: { add: ['pref_news'] } }, headers)).body).toMatchObject({ status: 403, code: 'tag_not_writable' });
    expect((await patch({ subscription: 'opted_in' })).body).toMatchObject({ status: 401, code: 'installation_secret_invalid' });
    expect((await patch({ subscription: 'opted_in' }, headers)).body).toMatchObject({ externalId: null, subscription: 'opted_in' });
    const byServer = { body: { tags: { add: ['vip'] }, attributes: { address: { city: 'Rome' } } } };
    expect((await app.call('PATCH', 'installations/phone-1/user', byServer)).body).toMatchObject({
      externalId: null,
      tags: ['vip'],
      attributes: { address: { city: 'Rome' } },
    });
    expect((await app.call('PATCH', 'installations/none/user', byServer)).body).toMatchObject({
      status: 404,
      code: 'installation_not_found',
    });
  });

  it('needs the owner’s signed token where the app asks for it', async () => {
    app = await IdentityHttp.start({ sdkAuth: 'required', sdkKeys });
    const headers = await app.ownPhone('phone-1', 1, 'charlie');
    const wish = { subscription: 'unsubscribed' };

    expect((await patch(wish, headers)).body['code']).toBe('jwt_missing');
    expect((await patch(wish, { ...headers, ...(await userToken({ sub: 'kim' })) })).body['code']).toBe('jwt_subject_mismatch');
    expect((await patch(wish, { ...headers, ...(await userToken()) })).body['subscription']).toBe('unsubscribed');
  });
});

describe('another app’s key', () => {
  it('opens nothing here', async () => {
    app = await IdentityHttp.start();
    await app.http.keys.app('other');
    const key = await app.http.keys.key('other', 'server');

    expect((await app.call('GET', 'users/charlie', { key })).body).toMatchObject({ status: 403, code: 'key_wrong_app' });
    expect((await app.changeUser('phone-1', 'kim', { key })).status).toBe(403);
  });
});

describe('R7: SDK authentication', () => {
  it('required: binding a user needs its signed token, with a code for everything that can be wrong', async () => {
    app = await IdentityHttp.start({ sdkAuth: 'required', sdkKeys });
    const headers = await app.ownPhone('phone-1', 1);
    const bind = async (more: Readonly<Record<string, string>>) => {
      const { status, body } = await app.changeUser('phone-1', 'charlie', { key: app.sdk, headers: { ...headers, ...more } });
      return status === 200 ? 'bound' : body['code'];
    };

    expect(await bind({})).toBe('jwt_missing');
    expect(await bind({ 'x-user-token': 'a.b' })).toBe('jwt_malformed');
    expect(await bind(await userToken({ expiresIn: -60 }))).toBe('jwt_expired');
    expect(await bind(await userToken({ expiresIn: null }))).toBe('jwt_exp_missing');
    expect(await bind(await userToken({ sub: 'kim' }))).toBe('jwt_subject_mismatch');
    expect(await bind(await userToken({ aud: 'other' }))).toBe('jwt_audience_mismatch');
    expect(await bind(await userToken({ kid: 'gone' }))).toBe('jwt_key_unknown');
    expect(await bind(await userToken({ signedByStranger: true }))).toBe('jwt_signature_invalid');
    expect(await bind(await userToken())).toBe('bound');
  });

  it('required: the new user’s token suffices to take over a device, and every call for the old one needs the old one’s', async () => {
    app = await IdentityHttp.start({ sdkAuth: 'required', sdkKeys });
    const headers = await app.ownPhone('phone-1', 1, 'charlie');
    const detach = async (more: object) =>
      (await app.call('DELETE', 'installations/phone-1/user', { key: app.sdk, headers: { ...headers, ...more } })).body;
    const patch = async (more: object) =>
      (await app.call('PATCH', 'users/charlie', { key: app.sdk, headers: { ...headers, ...more }, body: { subscription: 'opted_in' } }))
        .body;

    expect((await detach({}))['code']).toBe('jwt_missing');
    expect((await patch({}))['code']).toBe('jwt_missing');
    expect((await patch(await userToken({ sub: 'kim' })))['code']).toBe('jwt_subject_mismatch');
    expect((await patch(await userToken()))['subscription']).toBe('opted_in');
    const kim = await app.changeUser('phone-1', 'kim', { key: app.sdk, headers: { ...headers, ...(await userToken({ sub: 'kim' })) } });
    expect(kim.body['externalId']).toBe('kim');
  });

  it('a server key may always bind; optional records that nobody proved it', async () => {
    app = await IdentityHttp.start({ sdkAuth: 'optional', sdkKeys });
    const headers = await app.ownPhone('phone-1', 1);
    const verified = async (user: string) => (await app.user(user)).body['installations'] as { userVerified: boolean }[];

    await app.changeUser('phone-1', 'kim', { key: app.sdk, headers });
    expect((await verified('kim'))[0]?.userVerified).toBe(false);
    await app.changeUser('phone-1', 'lee', { key: app.sdk, headers: { ...headers, ...(await userToken({ sub: 'lee' })) } });
    expect((await verified('lee'))[0]?.userVerified).toBe(true);
    await app.changeUser('phone-1', 'charlie');
    expect((await verified('charlie'))[0]?.userVerified).toBe(true);
  });
});
