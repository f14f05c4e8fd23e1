import { generateKeyPairSync, verify } from 'node:crypto';
import { FixedClock } from '#libs/testing';
import { ScriptedServer } from '../../transport/http2-scripted-server.ts';
import { exchangeAssertion, type ServiceAccount } from '../../../src/providers/fcm/credentials.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const account: ServiceAccount = {
  project_id: 'a-project',
  client_email: 'push@a-project.iam.gserviceaccount.com',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  private_key_id: 'key-1',
  token_uri: 'https://elsewhere.example/token',
};
const clock = new FixedClock('2026-01-01T00:00:00.500Z');

describe('the exchange with Google’s token endpoint', () => {
  let server: ScriptedServer;
  let answer: [status: number, body: string, headers?: Record<string, string>];

  beforeAll(async () => {
    server = await ScriptedServer.start();
    server.script = (request) => {
      const [status, body, headers] = answer;
      request.answer(status, headers, body);
    };
  });

  afterAll(() => server.stop());

  const endpoint = () => ({ url: `https://127.0.0.1:${server.port}/token`, ca: server.destination().ca });

  it('shows a signed assertion and gets a token', async () => {
    answer = [200, '{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}'];

    await expect(exchangeAssertion(account, endpoint(), clock)).resolves.toEqual({ value: 'ya29.x', expiresAt: clock.now() + 3_599_000 });

    const { headers, body } = server.seen.at(-1)!;
    expect(headers).toMatchObject({ ':method': 'POST', ':path': '/token', 'content-type': 'application/x-www-form-urlencoded' });
    const form = new URLSearchParams(body);
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head = '', claims = '', signature = ''] = form.get('assertion')!.split('.');
    expect(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
      iss: account.client_email,
      scope: 'https://www.googleapis.com/auth/firebase.messaging',
      aud: endpoint().url,
      iat: 1_767_225_600,
      exp: 1_767_229_200,
    });
  });

  it('takes a lifetime given as text', async () => {
    answer = [200, '{"access_token":"x","expires_in":"60"}'];

    await expect(exchangeAssertion(account, endpoint(), clock)).resolves.toMatchObject({ expiresAt: clock.now() + 60_000 });
  });

  const down = { kind: 'provider_down', faultOf: 'provider' };
  it.each([
    [400, '{"error":"invalid_grant","error_description":"x"}', { kind: 'credentials_bad', reason: 'invalid_grant', refreshable: false }],
    [401, '{"error":"invalid_client"}', { kind: 'credentials_bad', reason: 'invalid_client', refreshable: false }],
    [404, '<html>', { kind: 'credentials_bad', reason: 'token_endpoint_404', refreshable: false }],
    [429, '{}', { ...down, reason: 'token_endpoint_429', afterMs: 7_000 }],
    [500, '', { ...down, reason: 'token_endpoint_500', afterMs: 7_000 }],
    [200, '{"access_token":"a\\nb","expires_in":3599}', { ...down, reason: 'token_endpoint_200', afterMs: 7_000 }],
    [200, '{"access_token":"x"}', { ...down, reason: 'token_endpoint_200', afterMs: 7_000 }],
  ])('with the answer %i %s has its outcome', async (status, body, outcome) => {
    answer = [status, body, { 'retry-after': '7' }];

    await expect(exchangeAssertion(account, endpoint(), clock)).resolves.toMatchObject(outcome);
  });

  it('says that nobody is there', async () => {
    const nowhere = { url: 'https://127.0.0.1:1/token', ca: undefined };

    await expect(exchangeAssertion(account, nowhere, clock)).resolves.toEqual({
      kind: 'provider_down',
      reason: 'token_endpoint_unreachable',
      faultOf: 'network',
    });
  });

  it('says that the key cannot sign, and nothing of the key', async () => {
    await expect(exchangeAssertion({ ...account, private_key: 'secret' }, endpoint(), clock)).resolves.toEqual({
      kind: 'credentials_bad',
      reason: 'key_cannot_sign',
      refreshable: false,
    });
  });
});
