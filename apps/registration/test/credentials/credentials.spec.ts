import { AuditLog, ErrandDesk, CredentialVault, type CheckResult, type CredentialCheck } from '#libs/access';
import { anAppleCertificate } from '#libs/testing/certificates';
import { startHttp, type HttpAnswer, type TestHttp } from '#libs/testing/http';
import { generateKeyPairSync } from 'node:crypto';
import { CredentialsModule } from '../../src/credentials/credentials.module.ts';

let http: TestHttp;

beforeEach(async () => {
  http = await startHttp({ imports: [CredentialsModule] });
  await http.keys.app('shop');
  await http.keys.app('demo', { simulatedOnly: true });
});

afterEach(() => http.close());

const put = (provider: string, body: unknown, headers: Record<string, string> = {}, app = 'shop') =>
  http.call('PUT', `/v1/apps/${app}/credentials/${provider}`, { key: http.keys.admin, body, headers });
const get = (path: string): Promise<HttpAnswer> => http.call('GET', `/v1/apps/shop/credentials${path}`, { key: http.keys.admin });

const p8 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const apns = { teamId: 'DEF123GHIJ', keyId: 'ABC123DEFG', privateKey: p8 };
const serviceAccount = {
  type: 'service_account',
  project_id: 'example-shop',
  private_key_id: '4f1d',
  private_key: rsa,
  client_email: 'sender@example-shop.iam.gserviceaccount.com',
  client_id: '1',
};

describe('credentials', () => {
  it('have a bundle id that APNs takes, whatever the app is called', async () => {
    await http.keys.app('my_shop');

    expect(await put('apns', { simulated: true }, {}, 'my_shop')).toMatchObject({ status: 200, body: { bundleIds: ['app.my-shop'] } });
    expect(await put('apns', { simulated: true, bundleIds: ['com.shop', 'com.my_shop'] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/bundleIds/1', message: 'must be a bundle id: letters, digits, hyphens and periods' }] },
    });
  });

  it('are sealed, never shown, and open for those who send', async () => {
    const answer = await put('apns', { ...apns, bundleIds: ['com.example.shop'] });

    expect(answer).toMatchObject({
      status: 200,
      headers: { etag: '"1"' },
      body: { provider: 'apns', simulated: false, bundleIds: ['com.example.shop'], updatedAt: '2026-01-01T00:00:00.000Z' },
    });
    const { fingerprint } = answer.body as { fingerprint: string };
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
    const secret = p8.split('\n')[1]!;
    expect([answer.text, (await get('/apns')).text, (await get('')).text].join()).not.toContain(secret);
    expect(JSON.stringify(http.store.sql('SELECT document FROM credentials').all())).not.toContain(secret);
    expect(JSON.stringify(http.store.sql('SELECT document FROM audit').all())).not.toContain(secret);
    expect(await http.app.get(CredentialVault).find('shop', 'apns')).toEqual({
      provider: 'apns',
      simulated: false,
      revision: 1,
      bundleIds: ['com.example.shop'],
      fields: apns,
    });
  });

  it('of APNs may be a certificate: its end is known, and one that cannot work is refused without asking', async () => {
    const [good, ended] = await Promise.all([
      anAppleCertificate({ topics: ['com.example.shop'], notAfter: '2027-03-01T00:00:00Z' }),
      anAppleCertificate({ topics: ['com.example.shop'], notAfter: '2025-03-01T00:00:00Z' }),
    ]);
    const bundleIds = ['com.example.shop'];

    expect(await put('apns', { ...good, bundleIds })).toMatchObject({ status: 200, body: { expiresAt: '2027-03-01T00:00:00.000Z' } });
    expect(await put('apns', { ...ended, bundleIds })).toMatchObject({ status: 422, body: { code: 'credentials_refused' } });
    expect(await put('apns', { ...good, bundleIds: ['com.example.till'] })).toMatchObject({
      body: { code: 'credentials_refused', detail: expect.stringContaining('The certificate is for com.example.shop') as string },
    });
    expect(await put('apns?check=false', { ...ended, bundleIds })).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(await put('apns', { certificate: good.certificate })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/privateKey' }] },
    });
    expect(await put('apns', { p12: 'AAAA', passphrase: 'secret text' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/p12' }] },
    });
  });

  it('take the service account file of the Firebase console as it is', async () => {
    expect(await put('fcm', { serviceAccount })).toMatchObject({ status: 200, body: { bundleIds: ['app.shop'] } });

    expect(await http.app.get(CredentialVault).find('shop', 'fcm')).toMatchObject({
      fields: { serviceAccount: { project_id: 'example-shop', token_uri: 'https://oauth2.googleapis.com/token' } },
    });
  });

  it('keep their bundle ids until others are named', async () => {
    await put('apns', { simulated: true, bundleIds: ['com.example.shop', 'com.example.till'] });

    expect(await put('apns', apns)).toMatchObject({
      body: { simulated: false, bundleIds: ['com.example.shop', 'com.example.till'], revision: 2 },
    });
    expect(await put('apns', { simulated: true })).toMatchObject({ body: { simulated: true, fingerprint: null } });
  });

  it('can be simulated, and must be in a demo', async () => {
    expect(await put('apns', { simulated: true }, {}, 'demo')).toMatchObject({
      status: 200,
      body: { simulated: true, bundleIds: ['app.demo'] },
    });
    expect(await put('apns', apns, {}, 'demo')).toMatchObject({ status: 409, body: { code: 'demo_is_simulated' } });
  });

  it.each([
    ['apns', { ...apns, privateKey: 'secret text' }, ['/privateKey']],
    ['apns', { ...apns, privateKey: rsa }, ['/privateKey']],
    ['apns', { ...apns, teamId: 'short', topic: 'x' }, ['/teamId', '/topic']],
    ['apns', { simulated: true, privateKey: p8 }, ['/privateKey']],
    ['apns', {}, ['/teamId', '/keyId', '/privateKey']],
    ['fcm', { serviceAccount: { ...serviceAccount, private_key: p8 } }, ['/serviceAccount/private_key']],
    ['fcm', { serviceAccount: { ...serviceAccount, token_uri: 'http://10.0.0.1/' } }, ['/serviceAccount/token_uri']],
    ['fcm', { serviceAccount, bundleIds: [] }, ['/bundleIds']],
  ])('of %s are refused with every problem (%#)', async (provider, body, pointers) => {
    const answer = await put(provider, body);

    expect(answer.status).toBe(400);
    expect((answer.body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(answer.text).not.toContain('secret text');
  });

  it('of a provider that is not known are refused', async () => {
    expect(await put('pigeon', {})).toMatchObject({ status: 400, body: { errors: [{ pointer: '/provider', in: 'path' }] } });
    expect(await get('/fcm')).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
  });

  it('are written over the revision that If-Match names only', async () => {
    await put('apns', { simulated: true });

    expect(await put('apns', apns, { 'if-match': '"2"' })).toMatchObject({ status: 412 });
    expect(await put('apns', apns, { 'if-match': '"1"' })).toMatchObject({ status: 200 });
  });

  it('are stored with what their provider says, and not at all where it refuses them', async () => {
    const asked: CredentialCheck[] = [];
    let result: CheckResult = { verdict: 'accepted', findings: [] };
    http.app.get(ErrandDesk).serve('credential_check', async (check) => {
      asked.push(check);
      return result;
    });

    expect(await put('apns', apns)).toMatchObject({ status: 200, body: { revision: 1, check: { verdict: 'accepted' } } });
    expect(asked).toMatchObject([{ app: 'shop', provider: 'apns', bundleIds: ['app.shop'] }]);
    expect(JSON.stringify(asked)).not.toContain(p8.split('\n')[1]!);
    const finding = { level: 'error', reason: 'InvalidProviderToken', message: 'Apple knows no such key.', remedy: 'Compare.' } as const;
    result = { verdict: 'refused', findings: [finding] };
    const refused = await put('apns', { ...apns, keyId: 'OTHER12345' });

    expect(refused).toMatchObject({ status: 422, body: { code: 'credentials_refused' } });
    expect((refused.body as { detail: string }).detail).toBe(
      'apns refuses these credentials: InvalidProviderToken: Apple knows no such key. Compare.',
    );
    expect(await get('/apns')).toMatchObject({ body: { revision: 1 } });
    expect(await put('apns?check=false', { ...apns, keyId: 'OTHER12345' })).toMatchObject({
      status: 200,
      body: { revision: 2, check: null },
    });
    expect(await put('apns', { simulated: true })).toMatchObject({ status: 200, body: { revision: 3, check: null } });
    expect(asked).toHaveLength(2);
  });

  it('are stored where nobody can be asked, and the answer says so', async () => {
    expect(await put('apns', apns)).toMatchObject({
      status: 200,
      body: { check: { verdict: 'unclear', findings: [{ reason: 'not_checked' }] } },
    });
    expect(await put('apns?check=maybe', apns)).toMatchObject({ status: 400, body: { errors: [{ in: 'query' }] } });
  });

  it('are checked as they are stored, whenever somebody asks', async () => {
    const check = () => http.call('POST', '/v1/apps/shop/credentials/apns/check', { key: http.keys.admin });
    expect(await check()).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
    await put('apns', { simulated: true });
    expect(await check()).toMatchObject({ status: 200, body: { verdict: 'accepted', findings: [] } });
    await put('apns', apns);
    expect(await check()).toMatchObject({ status: 503, body: { code: 'credential_check_unavailable' } });
    const result: CheckResult = {
      verdict: 'refused',
      findings: [{ level: 'error', reason: 'BadTopic', message: 'M.', remedy: 'R.', bundleId: 'app.shop' }],
    };
    http.app.get(ErrandDesk).serve('credential_check', async () => result);

    expect(await check()).toMatchObject({ status: 200, body: result });
    expect(await get('/apns')).toMatchObject({ body: { revision: 2 } });
  });

  it('are audited with each check that somebody asks for, whatever comes of it', async () => {
    const check = () => http.call('POST', '/v1/apps/shop/credentials/apns/check', { key: http.keys.admin });
    const lines = () => http.app.get(AuditLog).list('shop', undefined, 10);
    const checks = async () => (await lines()).filter(({ action }) => action === 'credential.checked');

    await check();
    expect(await checks()).toEqual([]); // there is none
    await put('apns', { simulated: true });
    expect(await check()).toMatchObject({ status: 200 });
    await put('apns', apns);
    http.clock.advance(1_000);
    expect(await check()).toMatchObject({ status: 503 });

    const line = { app: 'shop', action: 'credential.checked', target: 'apns', actor: expect.stringMatching(/^admin:./) as string };
    expect(await checks()).toMatchObject([line, line]);
  });

  it('go back to what was set before, and forward again, as new revisions', async () => {
    const rollBack = (headers: Record<string, string> = {}) =>
      http.call('POST', '/v1/apps/shop/credentials/apns/rollback', { key: http.keys.admin, headers });
    expect(await rollBack()).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
    const first = (await put('apns', { ...apns, bundleIds: ['com.example.shop'] })).body as { fingerprint: string };
    expect(await rollBack()).toMatchObject({ status: 409, body: { code: 'credential_version_missing' } });
    await put('apns', { simulated: true });

    expect(await rollBack({ 'if-match': '"1"' })).toMatchObject({ status: 412 });
    expect(await rollBack({ 'if-match': '"2"' })).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
      body: {
        revision: 3,
        simulated: false,
        fingerprint: first.fingerprint,
        previous: { revision: 2, simulated: true, fingerprint: null },
      },
    });
    expect(await http.app.get(CredentialVault).find('shop', 'apns')).toMatchObject({ revision: 3, fields: apns });
    expect(await rollBack()).toMatchObject({ status: 200, body: { revision: 4, simulated: true, previous: { revision: 3 } } });
    expect(
      http.store
        .sql('SELECT document FROM audit')
        .all()
        .filter((row) => String(row['document']).includes('credential.rolled_back')),
    ).toHaveLength(2);
  });

  it('cannot go back to what a master key sealed that is gone', async () => {
    await put('apns', apns);
    await put('apns', { simulated: true });
    http.store.sql("UPDATE credentials SET document = json_set(document, '$.previous.sealed', 'v1.gone.x')").run();

    expect(await http.call('POST', '/v1/apps/shop/credentials/apns/rollback', { key: http.keys.admin })).toMatchObject({
      status: 409,
      body: { code: 'credential_version_missing' },
    });
    expect(await get('/apns')).toMatchObject({ body: { revision: 2, simulated: true } });
  });

  it('are for admins', async () => {
    expect(await http.call('GET', '/v1/apps/shop/credentials/apns', { key: await http.keys.key('shop', 'server') })).toMatchObject({
      status: 403,
      body: { code: 'key_kind_not_allowed' },
    });
  });
});

it('describes the calls with examples in the OpenAPI document', async () => {
  const { body } = await http.call('GET', '/v1/openapi.json');

  expect(body).toMatchObject({
    paths: {
      '/v1/apps/{app}/credentials/{provider}': {
        put: {
          requestBody: {
            content: {
              'application/json': { schema: { anyOf: expect.any(Array) as unknown }, examples: { apns: expect.anything() as unknown } },
            },
          },
          responses: { '409': expect.anything() as unknown, '412': expect.anything() as unknown },
        },
      },
    },
  });
});
