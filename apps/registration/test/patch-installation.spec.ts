import { RegistrationHttp, apnsToken, iphone, pointersOf } from './registration-http.ts';

let app: RegistrationHttp;
beforeEach(async () => {
  app = await RegistrationHttp.start();
  await app.put('phone-1', { ...iphone, token: apnsToken(1), tags: ['news'], attributes: { plan: 'gold', age: 41 }, locale: 'fr-FR' });
});
afterEach(async () => {
  await app.close();
});

function mergePatch(body: unknown, headers = { 'content-type': 'application/merge-patch+json' }) {
  return app.call('PATCH', 'installations/phone-1', { body, headers });
}

function jsonPatch(body: unknown) {
  return app.call('PATCH', 'installations/phone-1', { body, headers: { 'content-type': 'application/json-patch+json' } });
}

describe('a merge patch', () => {
  it('changes what it names, removes what is null, and starts no session', async () => {
    app.http.clock.advance(60_000);

    const { status, headers, body } = await mergePatch({ tags: ['news', 'vip'], attributes: { age: null, visits: 3 }, locale: null });

    expect(status).toBe(200);
    expect(headers['etag']).toBe('"2"');
    expect(body).toMatchObject({ tags: ['news', 'vip'], attributes: { plan: 'gold', visits: 3 }, locale: null, permission: 'granted' });
    expect(body['attributes']).not.toHaveProperty('age');
    expect(body['lastSeenAt']).toBe('2026-01-01T00:00:00.000Z');
    expect(body).toHaveProperty('tokenFingerprint');
  });

  it('is what plain JSON means too, and one that changes nothing writes nothing', async () => {
    const { headers, body } = await mergePatch({ tags: ['news'], attributes: { gone: null } }, { 'content-type': 'application/json' });

    expect(headers['etag']).toBe('"1"');
    expect(body['revision']).toBe(1);
  });

  it('takes the token away, or gives another one', async () => {
    expect((await mergePatch({ token: null })).body).not.toHaveProperty('tokenFingerprint');
    expect((await mergePatch({ token: apnsToken(2) })).body).toHaveProperty('tokenFingerprint');
    expect((await app.call('POST', 'tokens/lookup', { body: { provider: 'apns', token: apnsToken(2) } })).body['installation']).toBe(
      'phone-1',
    );
  });

  it('is refused with every problem at once', async () => {
    const answer = await mergePatch({ platform: null, externalId: 'kim', id: 'x', timeZone: 'Mars', attributes: { a: {} } });

    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual(['/attributes/a', '/externalId', '/id', '/platform', '/timeZone']);
    expect(pointersOf(await mergePatch({ token: 'nonsense' }))).toEqual(['/token']);
    expect(pointersOf(await mergePatch([]))).toEqual(['']);
    expect((await app.get('phone-1')).headers['etag']).toBe('"1"');
  });

  it('is 404 for an unknown installation', async () => {
    expect((await app.call('PATCH', 'installations/nobody', { body: {} })).body).toMatchObject({
      status: 404,
      code: 'installation_not_found',
    });
  });
});

describe('a JSON Patch', () => {
  it('applies its operations in order', async () => {
    const { status, body } = await jsonPatch([
      { op: 'test', path: '/platform', value: 'ios' },
      { op: 'add', path: '/tags/-', value: 'vip' },
      { op: 'replace', path: '/attributes/plan', value: 'silver' },
      { op: 'remove', path: '/attributes/age' },
      { op: 'copy', from: '/attributes/plan', path: '/attributes/oldPlan' },
      { op: 'move', from: '/locale', path: '/model' },
      { op: 'add', path: '/timeZone', value: 'Europe/Paris' },
    ]);

    expect(status).toBe(200);
    expect(body).toMatchObject({
      tags: ['news', 'vip'],
      attributes: { plan: 'silver', oldPlan: 'silver' },
      locale: null,
      model: 'fr-FR',
      timeZone: 'Europe/Paris',
    });
    expect(body).toHaveProperty('tokenFingerprint');
  });

  it('takes the token away without ever showing it', async () => {
    const peek = await jsonPatch([{ op: 'copy', from: '/token', path: '/model' }]);
    const removed = await jsonPatch([{ op: 'remove', path: '/token' }]);

    expect(peek.text).not.toContain(apnsToken(1));
    expect(removed.body).not.toHaveProperty('tokenFingerprint');
  });

  it('does all or nothing: a test that fails is 409', async () => {
    const answer = await jsonPatch([
      { op: 'replace', path: '/locale', value: 'de' },
      { op: 'test', path: '/platform', value: 'android' },
    ]);

    expect(answer.body).toMatchObject({ status: 409, code: 'patch_test_failed' });
    expect(pointersOf(answer)).toEqual(['/1']);
    expect((await app.get('phone-1')).body['locale']).toBe('fr-FR');
  });

  it.each<[string, unknown, string, string[]]>([
    ['a path that is not there', [{ op: 'remove', path: '/tags/7' }], 'patch_not_applicable', ['/0']],
    ['an operation nobody knows', [{ op: 'increment', path: '/tags' }], 'request_invalid', ['/0/op']],
    ['a missing value', [{ op: 'add', path: '/tags/-' }], 'request_invalid', ['/0/value']],
    ['a path into the prototype', [{ op: 'add', path: '/__proto__/polluted', value: 1 }], 'request_invalid', ['/0/path']],
    ['a path into the constructor', [{ op: 'add', path: '/attributes/constructor/prototype/x', value: 1 }], 'request_invalid', ['/0/path']],
    ['the whole document', [{ op: 'replace', path: '', value: {} }], 'request_invalid', ['/0/path']],
    ['a result that is no installation', [{ op: 'replace', path: '/platform', value: 'toaster' }], 'request_invalid', ['/platform']],
    ['a field that may not be changed', [{ op: 'add', path: '/userId', value: 'x' }], 'request_invalid', ['/userId']],
    ['a platform taken away', [{ op: 'remove', path: '/platform' }], 'request_invalid', ['/platform']],
    ['an object instead of a list', { tags: [] }, 'request_invalid', ['']],
    ['101 operations', Array.from({ length: 101 }, () => ({ op: 'test', path: '/platform', value: 'ios' })), 'request_invalid', ['']],
  ])('refuses %s', async (_, patch, code, pointers) => {
    const answer = await jsonPatch(patch);

    expect(answer.body).toMatchObject({ status: 400, code });
    expect(pointersOf(answer)).toEqual(pointers);
  });

  it('does not grow a document by copying it into itself', async () => {
    const copies = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/attributes', path: `/attributes/c${i}` }));

    expect((await jsonPatch(copies)).body).toMatchObject({ status: 400, code: 'patch_not_applicable' });
  });
});
