import { sdkKeys, userToken } from '#libs/testing/http';
import { RegistrationHttp, apnsToken, iphone, pointersOf, type Json } from './registration-http.ts';

let app: RegistrationHttp;
afterEach(async () => {
  await app.close();
});

function withSecret(secret: string, more: Readonly<Record<string, string>> = {}) {
  return { key: app.sdk, headers: { 'x-installation-secret': secret, ...more } };
}

describe('R7a: the installation secret', () => {
  beforeEach(async () => {
    app = await RegistrationHttp.start();
  });

  it('is answered once, to the first PUT, and only its hash is stored', async () => {
    const first = await app.put('phone-1', { ...iphone, token: apnsToken(1) }, { key: app.sdk });
    const secret = String(first.body['installationSecret']);

    expect(first.status).toBe(201);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    const again = await app.put('phone-1', { token: apnsToken(1) }, withSecret(secret));
    expect(again.status).toBe(200);
    expect(again.body).not.toHaveProperty('installationSecret');
    const stored = JSON.stringify(app.http.store.sql('SELECT * FROM installations').all());
    expect(stored).not.toContain(secret);
  });

  it('is asked of every later sdk call', async () => {
    await app.putBySdk('phone-1');
    const path = 'installations/phone-1';

    for (const headers of [
      {},
      { 'x-installation-secret': 'guess' },
      { 'x-installation-secret': Buffer.alloc(32, 1).toString('base64url') },
    ]) {
      const call = { key: app.sdk, headers };
      const answers = [
        await app.put('phone-1', { appVersion: '2' }, call),
        await app.get('phone-1', call),
        await app.call('PATCH', path, { body: { appVersion: '2' }, ...call }),
        await app.call('DELETE', path, call),
        await app.call('POST', `${path}/sessions`, { body: {}, ...call }),
        await app.call('POST', `${path}/tags`, { body: { add: ['x'] }, ...call }),
      ];
      for (const { status, body } of answers) expect([status, body['code']]).toEqual([401, 'installation_secret_invalid']);
    }
    expect((await app.get('phone-1')).body).toMatchObject({ appVersion: null, tags: [] });
  });

  it('opens all of an installation’s own calls', async () => {
    const secret = await app.putBySdk('phone-1');
    const path = 'installations/phone-1';
    const own = withSecret(secret);

    expect((await app.get('phone-1', own)).body['id']).toBe('phone-1');
    expect((await app.call('PATCH', path, { body: { appVersion: '2' }, ...own })).body['appVersion']).toBe('2');
    expect((await app.call('POST', `${path}/sessions`, { body: {}, ...own })).status).toBe(200);
    expect((await app.call('POST', `${path}/tags`, { body: { add: [] }, ...own })).body).toEqual({ tags: [] });
    expect((await app.call('DELETE', path, own)).status).toBe(204);
  });

  it('of one installation opens no other, and a guessed id looks like an unknown one', async () => {
    const secret = await app.putBySdk('phone-1');
    await app.putBySdk('phone-2');
    const detailOf = async (id: string) => {
      const { status, body } = await app.get(id, withSecret(secret));
      return [status, body['code'], body['detail']];
    };

    expect(await detailOf('phone-2')).toEqual(await detailOf('nobody'));
    expect((await detailOf('phone-2'))[0]).toBe(401);
    const unknown = await app.call('POST', 'installations/nobody/sessions', { body: {}, ...withSecret(secret) });
    expect(unknown.body).toMatchObject({ status: 404, code: 'installation_not_found' });
  });

  it('of an installation that a server made goes to the first sdk call with the very token stored', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1), externalId: 'charlie' });

    const guess = await app.put('phone-1', { ...iphone, token: apnsToken(2) }, { key: app.sdk });
    const bare = await app.put('phone-1', iphone, { key: app.sdk });
    const own = await app.put('phone-1', { ...iphone, token: apnsToken(1) }, { key: app.sdk });

    expect([guess.status, bare.status]).toEqual([401, 401]);
    expect(guess.body['code']).toBe('installation_secret_invalid');
    expect(own.status).toBe(200);
    const secret = String(own.body['installationSecret']);
    expect((await app.put('phone-1', { token: apnsToken(1) }, { key: app.sdk })).status).toBe(401);
    expect((await app.put('phone-1', { token: apnsToken(1) }, withSecret(secret))).status).toBe(200);
  });

  it('R12: an SDK that lost the answer starts with a new id, and the token follows', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1) }, { key: app.sdk });
    app.http.clock.advance(1);

    const fresh = await app.put('phone-1b', { ...iphone, token: apnsToken(1) }, { key: app.sdk });

    expect(fresh.status).toBe(201);
    expect((await app.get('phone-1')).body['tokenLostReason']).toBe('superseded');
  });
});

describe('an sdk key', () => {
  beforeEach(async () => {
    app = await RegistrationHttp.start();
  });

  it('may be newer than the server: unknown fields are left out and named', async () => {
    const body = { ...iphone, hologram: true, location: { lat: 1, lon: 2, accuracyMetres: 12.5, floor: 3 } };
    const { status, body: answer } = await app.put('phone-1', body, { key: app.sdk });
    const own = withSecret(String(answer['installationSecret']));
    const jsonType = { ...own, headers: { ...own.headers, 'content-type': 'application/json-patch+json' } };

    expect(status).toBe(201);
    expect((answer['ignoredFields'] as string[]).toSorted()).toEqual(['hologram', 'location/floor']);
    expect(answer['location']).toEqual({ lat: 1, lon: 2, accuracyMetres: 12.5 });
    const merged = await app.call('PATCH', 'installations/phone-1', { body: { hologram: 1, appVersion: '2' }, ...own });
    const patched = await app.call('PATCH', 'installations/phone-1', { body: [{ op: 'add', path: '/hologram', value: 1 }], ...jsonType });
    expect(merged.body).toMatchObject({ appVersion: '2', ignoredFields: ['hologram'] });
    expect(patched.body).toMatchObject({ ignoredFields: ['hologram'] });
  });

  it('that lacks what it spelt otherwise hears which field was left out, and which was meant', async () => {
    const answer = await app.put('new-phone', { platform: 'ios', provder: 'apns' }, { key: app.sdk });

    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 'platform_required',
        ignoredFields: ['provder'],
        errors: [{ pointer: '/provder', message: 'Unknown field; did you mean `provider`?' }],
      },
    });
  });

  it('reads nobody else: no ledger, no token look-up', async () => {
    const own = withSecret(await app.putBySdk('phone-1'));

    const ledger = await app.call('GET', 'installations/phone-1/ledger', own);
    const lookup = await app.call('POST', 'tokens/lookup', { body: { provider: 'apns', token: apnsToken(1) }, ...own });

    expect([ledger.status, lookup.status]).toEqual([403, 403]);
    expect(lookup.body['code']).toBe('key_kind_not_allowed');
  });

  it('writes only what settings.sdkWritable opens; what the app keeps for its servers stays', async () => {
    await app.close();
    app = await RegistrationHttp.start({
      settings: { sdkWritable: ['installation.tags:news_*', 'installation.attributes:theme'] } as never,
    });
    const own = withSecret(await app.putBySdk('phone-1'));
    await app.put('phone-1', { tags: ['vip'], attributes: { plan: 'gold' } });

    const patch = (body: unknown) => app.call('PATCH', 'installations/phone-1', { body, ...own });
    const refused = await patch({ tags: ['news_fr', 'admin'] });
    const refusedAttribute = await patch({ attributes: { plan: 'platinum', theme: 'dark' } });
    const refusedTag = await app.call('POST', 'installations/phone-1/tags', {
      body: { add: ['news_de', 'admin'], remove: ['vip'] },
      ...own,
    });
    const written = await app.put('phone-1', { tags: ['news_fr'], attributes: { theme: 'dark' } }, own);

    expect(refused.body).toMatchObject({ status: 403, code: 'tag_not_writable' });
    expect(refusedAttribute.body).toMatchObject({ status: 403, code: 'field_not_writable' });
    expect(pointersOf(refused)).toEqual(['/tags/1']);
    expect(pointersOf(refusedAttribute)).toEqual(['/attributes/plan']);
    expect(pointersOf(refusedTag)).toEqual(['/add/1', '/remove/0']);
    expect((written.body['tags'] as string[]).toSorted()).toEqual(['news_fr', 'vip']);
    expect(written.body['attributes']).toEqual({ plan: 'gold', theme: 'dark' });
    const cleared = await app.call('PATCH', 'installations/phone-1', { body: { tags: null, attributes: { theme: null } }, ...own });
    expect(cleared.body).toMatchObject({ tags: ['vip'], attributes: { plan: 'gold' } });
  });
});

describe('a key', () => {
  beforeEach(async () => {
    app = await RegistrationHttp.start();
  });

  it('of another app, of nobody or none at all is refused', async () => {
    await app.http.keys.app('other');
    const other = await app.http.keys.key('other', 'server');

    expect((await app.put('phone-1', iphone, { key: other })).body).toMatchObject({ status: 403, code: 'key_wrong_app' });
    expect((await app.put('phone-1', iphone, { key: 'cr_server_nonsense' })).body).toMatchObject({ status: 401, code: 'key_invalid' });
    expect((await app.http.call('PUT', '/v1/apps/demo/installations/phone-1', { body: iphone })).status).toBe(401);
    const admin = { key: app.http.keys.admin, body: iphone };
    expect((await app.http.call('PUT', '/v1/apps/nowhere/installations/phone-1', admin)).body).toMatchObject({ code: 'app_not_found' });
    expect((await app.http.call('PUT', '/v1/apps/demo/installations/phone-1', admin)).status).toBe(201);
  });
});

describe('R7: SDK authentication', () => {
  it('required: a call for a known user needs a signed token of that user, anonymous ones need none', async () => {
    app = await RegistrationHttp.start({ sdkAuth: 'required', sdkKeys });
    const secret = await app.putBySdk('phone-1');
    const bind = async (headers: Readonly<Record<string, string>>) => {
      const { status, body } = await app.put('phone-1', { externalId: 'charlie' }, withSecret(secret, headers));
      return [status, body['code']];
    };

    expect(await bind({})).toEqual([401, 'jwt_missing']);
    expect(await bind({ 'x-user-token': 'nonsense' })).toEqual([401, 'jwt_malformed']);
    expect(await bind(await userToken({ expiresIn: -60 }))).toEqual([401, 'jwt_expired']);
    expect(await bind(await userToken({ expiresIn: null }))).toEqual([401, 'jwt_exp_missing']);
    expect(await bind(await userToken({ sub: 'kim' }))).toEqual([401, 'jwt_subject_mismatch']);
    expect(await bind(await userToken({ aud: 'other' }))).toEqual([401, 'jwt_audience_mismatch']);
    expect(await bind(await userToken({ kid: 'gone' }))).toEqual([401, 'jwt_key_unknown']);
    expect(await bind(await userToken({ signedByStranger: true }))).toEqual([401, 'jwt_signature_invalid']);
    expect((await app.get('phone-1')).body['externalId']).toBeNull();

    const bound = await app.put('phone-1', { externalId: 'charlie' }, withSecret(secret, await userToken()));
    expect(bound.body).toMatchObject({ externalId: 'charlie', userVerified: true });
  });

  it('required: every later call of the installation carries its user’s token', async () => {
    app = await RegistrationHttp.start({ sdkAuth: 'required', sdkKeys });
    const secret = await app.putBySdk('phone-1');
    await app.put('phone-1', { externalId: 'charlie' });

    const bare = [
      await app.put('phone-1', {}, withSecret(secret)),
      await app.get('phone-1', withSecret(secret)),
      await app.call('POST', 'installations/phone-1/sessions', { body: {}, ...withSecret(secret) }),
    ];

    expect(bare.map(({ body }) => body['code'])).toEqual(['jwt_missing', 'jwt_missing', 'jwt_missing']);
    expect((await app.put('phone-1', {}, withSecret(secret, await userToken({ sub: 'kim' })))).body['code']).toBe('jwt_subject_mismatch');
    expect((await app.put('phone-1', {}, withSecret(secret, await userToken()))).status).toBe(200);
    expect((await app.put('phone-1', { externalId: 'kim' }, withSecret(secret, await userToken({ sub: 'kim' })))).body['externalId']).toBe(
      'kim',
    );
  });

  it('required without a public key: only the app’s backend binds users', async () => {
    app = await RegistrationHttp.start({ sdkAuth: 'required' });
    const secret = await app.putBySdk('phone-1');

    const bySdk = await app.put('phone-1', { externalId: 'charlie' }, withSecret(secret, await userToken()));
    const byServer = await app.put('phone-1', { externalId: 'charlie' });

    expect(bySdk.body).toMatchObject({ status: 401, code: 'jwt_key_unknown' });
    expect(byServer.body).toMatchObject({ externalId: 'charlie', userVerified: true });
  });

  it('optional: takes the app’s word and says so', async () => {
    app = await RegistrationHttp.start({ sdkAuth: 'optional', sdkKeys });
    const answers = await Promise.all([
      app.put('a', { ...iphone, externalId: 'charlie' }, { key: app.sdk }),
      app.put('b', { ...iphone, externalId: 'charlie' }, { key: app.sdk, headers: await userToken({ expiresIn: -3_600 }) }),
      app.put('c', { ...iphone, externalId: 'charlie' }, { key: app.sdk, headers: await userToken() }),
    ]);

    expect(answers.map(({ body }) => [body['externalId'], body['userVerified']])).toEqual([
      ['charlie', false],
      ['charlie', false],
      ['charlie', true],
    ]);
  });

  it('disabled: asks for nothing', async () => {
    app = await RegistrationHttp.start({ sdkAuth: 'disabled' });

    const { body } = await app.put('phone-1', { ...iphone, externalId: 'charlie' }, { key: app.sdk });

    expect(body).toMatchObject({ externalId: 'charlie', userVerified: false } satisfies Json);
  });
});
