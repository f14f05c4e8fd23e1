import { RegistrationHttp, apnsToken, iphone, pointersOf, type Json } from './registration-http.ts';

let app: RegistrationHttp;
beforeEach(async () => {
  app = await RegistrationHttp.start();
});
afterEach(async () => {
  await app.close();
});

const webPush = {
  endpoint: 'https://updates.push.services.mozilla.com/wpush/v2/abc',
  keys: {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: Buffer.alloc(16, 1).toString('base64url'),
  },
};

describe('PUT installation', () => {
  it('R1, R10: registers an installation with an anonymous user, and never shows the token', async () => {
    const answer = await app.put('phone-1', { ...iphone, token: apnsToken(1), tags: ['news'], attributes: { plan: 'gold' } });

    expect(answer.status).toBe(201);
    expect(answer.headers['etag']).toBe('"1"');
    expect(answer.body).toMatchObject({
      id: 'phone-1',
      app: 'demo',
      created: true,
      tokenChanged: true,
      externalId: null,
      userId: expect.any(String) as unknown,
      tokenFingerprint: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
      environment: 'production',
      notificationsEnabled: true,
      tags: ['news'],
      attributes: { plan: 'gold' },
    });
    expect(answer.text).not.toContain(apnsToken(1));
    expect(answer.text).not.toContain('installationSecret');
    expect((await app.get('phone-1')).text).not.toContain(apnsToken(1));
  });

  it('R11: is idempotent for the same token: no ledger line, but both times move', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1) });
    app.http.clock.advance(60_000);

    const again = await app.put('phone-1', { token: apnsToken(1).toUpperCase() });

    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ created: false, tokenChanged: false });
    expect(again.body['lastSeenAt']).toBe('2026-01-01T00:01:00.000Z');
    expect(again.body['tokenConfirmedAt']).toBe('2026-01-01T00:01:00.000Z');
    expect(again.body['tokenRegisteredAt']).toBe('2026-01-01T00:00:00.000Z');
    expect(await app.ledger('phone-1')).toHaveLength(1);
  });

  it('leaves absent fields as they are and clears those that are null', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1), tags: ['a'], locale: 'pt-BR', appVersion: '1', attributes: { x: 1 } });

    const { body } = await app.put('phone-1', { tags: null, attributes: null, token: null, locale: null });

    expect(body).toMatchObject({ tags: [], attributes: {}, locale: null, appVersion: '1', permission: 'granted', tokenChanged: true });
    expect(body).not.toHaveProperty('tokenFingerprint');
    expect(body['tokenLostReason']).toBe('cleared');
  });

  it('R8: a new token replaces the old one', async () => {
    const first = await app.put('phone-1', { ...iphone, token: apnsToken(1) });
    const second = await app.put('phone-1', { token: apnsToken(2) });

    expect(second.body['tokenFingerprint']).not.toBe(first.body['tokenFingerprint']);
    expect((await app.call('POST', 'tokens/lookup', { body: { provider: 'apns', token: apnsToken(1) } })).status).toBe(404);
  });

  it('R12: the same token under another id moves to the newest; the older installation answers without one', async () => {
    await app.put('phone-1', { ...iphone, token: apnsToken(1) });
    app.http.clock.advance(1);
    await app.put('phone-2', { ...iphone, token: apnsToken(1) });

    const old = await app.get('phone-1');

    expect(old.body).not.toHaveProperty('tokenFingerprint');
    expect(old.body['tokenLostReason']).toBe('superseded');
    expect((await app.call('POST', 'tokens/lookup', { body: { provider: 'apns', token: apnsToken(1) } })).body['installation']).toBe(
      'phone-2',
    );
    expect((await app.ledger('phone-1')).at(-1)).toMatchObject({ event: 'superseded' });
  });

  it('stores providers that are not built yet, each with a token of its own form', async () => {
    const answers = await Promise.all([
      app.put('web', { platform: 'web', provider: 'webpush', token: webPush }),
      app.put('win', { platform: 'windows', provider: 'wns', token: 'https://db5p.notify.windows.com/?token=AwYAAAB' }),
      app.put('fire', { platform: 'fireos', provider: 'adm', token: `amzn1.adm-registration.v3.${'Y29t'.repeat(20)}` }),
      app.put('hms', { platform: 'android', provider: 'hms', token: 'IQAAAACy0kYwAADWsJ-qlI2YG7lcdHPt' }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const lookup = await app.call('POST', 'tokens/lookup', { body: { provider: 'webpush', token: webPush } });
    expect(lookup.body['installation']).toBe('web');
    expect(lookup.text).not.toContain('mozilla');
  });

  it('R16: a browser brings a token after its dialog, and has none where it may show nothing', async () => {
    const made = await app.put('tab', { platform: 'web', provider: 'webpush', token: webPush });
    const off = await app.put('tab', { permission: 'denied' });

    expect(made.body).toMatchObject({ permission: 'granted', notificationsEnabled: true });
    expect(made.body).toHaveProperty('tokenFingerprint');
    expect(off.body).toMatchObject({ permission: 'denied', notificationsEnabled: false, tokenLostReason: 'not_permitted' });
    const lookup = await app.call('POST', 'tokens/lookup', { body: { provider: 'webpush', token: webPush } });
    expect(lookup.status).toBe(404);
  });

  it('takes ids of any script, percent-encoded, up to 128 characters', async () => {
    for (const id of ['Hans’ Telefon / 1', '電話', 'x'.repeat(128), 'a%2Fb']) {
      expect((await app.put(id, iphone)).body['id']).toBe(id);
      expect((await app.get(id)).body['id']).toBe(id);
    }
    expect((await app.put('x'.repeat(129), iphone)).status).toBe(400);
    expect((await app.put('a\u0000b', iphone)).status).toBe(400);
  });
});

describe('PUT installation with problems', () => {
  it('names all of them at once', async () => {
    const answer = await app.put('phone-1', {
      platform: 'toaster',
      provider: 'apns',
      token: 'xyz',
      notificationsEnabled: 'yes',
      tags: ['ok', 'not ok'],
      attributes: { nested: { a: 1 } },
      locale: 'fr/FR',
      timeZone: 'Paris',
      location: { lat: 91, lon: 0 },
      expiresAt: 'tomorrow',
      mistake: 1,
      'a/b': 2,
    });

    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'request_invalid', status: 400 });
    expect(pointersOf(answer)).toEqual(
      [
        '/attributes/nested', '/a~1b', '/expiresAt', '/locale', '/location/lat', '/mistake', '/notificationsEnabled', '/platform', '/tags/1',
        '/timeZone', '/token',
      ], // prettier-ignore
    );
  });

  it.each<[string, unknown, string[]]>([
    ['an APNs token of an odd length', { ...iphone, token: 'a'.repeat(65) }, ['/token']],
    ['an FCM token with blanks', { platform: 'android', provider: 'fcm', token: 'a b' }, ['/token']],
    ['a Web Push token as text', { platform: 'web', provider: 'webpush', token: 'abc' }, ['/token']],
    [
      'a Web Push endpoint inside our own network',
      { platform: 'web', provider: 'webpush', token: { ...webPush, endpoint: 'https://10.0.0.1/x' } },
      ['/token/endpoint'],
    ],
    [
      'Web Push keys of the wrong length',
      { platform: 'web', provider: 'webpush', token: { ...webPush, keys: { p256dh: 'AAAA', auth: 'AAAA' } } },
      ['/token/keys/auth', '/token/keys/p256dh'],
    ],
    ['a WNS channel of a stranger', { platform: 'windows', provider: 'wns', token: 'https://evil.example/?token=A' }, ['/token']],
    ['a body that is a list', [], ['']],
    ['no body at all', undefined, ['']],
    ['an empty external id', { ...iphone, externalId: '' }, ['/externalId']],
    ['a platform that is null', { ...iphone, platform: null }, ['/platform']],
    ['a control character', { ...iphone, model: 'a\u0000b' }, ['/model']],
    ['text without end', { ...iphone, appVersion: 'x'.repeat(65) }, ['/appVersion']],
    ['101 attributes', { ...iphone, attributes: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, i])) }, ['/attributes']],
  ])('refuses %s', async (_, body, pointers) => {
    const answer = await app.put('phone-1', body);

    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual(pointers);
    expect((await app.get('phone-1')).status).toBe(404);
  });

  it('checks a token without provider against the stored provider', async () => {
    await app.put('phone-1', iphone);

    const answer = await app.put('phone-1', { token: 'not hex' });

    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual(['/token']);
    expect(answer.text).not.toContain('not hex');
  });

  it('asks the first call for platform and provider', async () => {
    const answer = await app.put('phone-1', { token: apnsToken(1) });

    expect(answer.status).toBe(400);
    expect(answer.body['code']).toBe('platform_required');
  });

  it('refuses broken JSON, dangerous keys, other media types and oversize bodies, and lives on', async () => {
    const broken = await app.put('phone-1', '{"platform":');
    const dangerous = await app.put('phone-1', '{"platform":"ios","provider":"apns","attributes":{"__proto__":{"polluted":true}}}');
    const media = await app.put('phone-1', 'platform=ios', { headers: { 'content-type': 'text/plain' } });
    const oversize = await app.put('phone-1', { ...iphone, model: 'x'.repeat(1_100_000) });

    expect([broken.status, dangerous.status, media.status, oversize.status]).toEqual([400, 400, 415, 413]);
    expect(broken.body['code']).toBe('json_invalid');
    expect(pointersOf(dangerous)).toEqual(['/attributes/__proto__']);
    expect(({} as Json)['polluted']).toBeUndefined();
    expect((await app.put('phone-1', iphone)).status).toBe(201);
  });

  it('counts tags against the app’s own limit', async () => {
    const tags = Array.from({ length: 61 }, (_, i) => `t${i}`);

    expect((await app.put('phone-1', { ...iphone, tags })).body).toMatchObject({ status: 400, code: 'too_many_tags' });
    expect((await app.put('phone-1', { ...iphone, tags: tags.slice(1) })).status).toBe(201);
  });
});

describe('If-Match', () => {
  it('lets a write pass at the revision that was read, and refuses it with 412 at any other', async () => {
    const { headers } = await app.put('phone-1', iphone);
    const ifMatch = { headers: { 'if-match': headers['etag'] ?? '' } };

    expect((await app.put('phone-1', { appVersion: '2' }, ifMatch)).status).toBe(200);
    const stale = await app.put('phone-1', { appVersion: '3' }, ifMatch);

    expect(stale.body).toMatchObject({ status: 412, code: 'revision_mismatch' });
    expect((await app.get('phone-1')).body['appVersion']).toBe('2');
    for (const method of ['PATCH', 'DELETE', 'POST']) {
      const path = method === 'POST' ? 'installations/phone-1/tags' : 'installations/phone-1';
      expect((await app.call(method, path, { body: {}, ...ifMatch })).status).toBe(412);
    }
    expect((await app.call('POST', 'installations/phone-1/sessions', { body: {}, ...ifMatch })).status).toBe(412);
  });

  it('with * asks only that the installation is there', async () => {
    const anything = { headers: { 'if-match': '*' } };

    expect((await app.put('phone-1', iphone, anything)).status).toBe(412);
    await app.put('phone-1', iphone);
    expect((await app.put('phone-1', { appVersion: '2' }, anything)).status).toBe(200);
    expect((await app.put('phone-1', {}, { headers: { 'if-match': 'nonsense' } })).status).toBe(400);
  });
});
