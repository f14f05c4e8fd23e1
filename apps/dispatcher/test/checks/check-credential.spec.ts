import { placeOf, Sealer, deriveKeys, type ErrandDesk, type CredentialCheck } from '#libs/access';
import { SystemClock, SystemRandom } from '#libs/kernel';
import type { PlatformSettingsOf } from '#libs/service';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { CheckCredential } from '../../src/checks/check-credential.ts';
import { CredentialSource } from '../../src/providers/credential-source.ts';
import { MemorySharedTokens } from '../../src/providers/memory-shared-tokens.ts';
import { ProviderEndpoints } from '../../src/providers/provider-endpoints.ts';
import { PROVIDER_PLUGS } from '../../src/providers/provider-plugs.ts';
import { PushProviders } from '../../src/providers/push-providers.ts';
import { dispatcherSettings } from '../../src/settings.ts';
import { Http1Transport } from '../../src/transport/http1-transport.ts';
import { Http2Transport } from '../../src/transport/http2-transport.ts';
import { Http1ScriptedServer } from '../transport/http1-scripted-server.ts';
import { ScriptedServer } from '../transport/http2-scripted-server.ts';

const clock = new SystemClock();
const pem = { type: 'pkcs8', format: 'pem' } as const;
const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem);
const serviceKey = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export(pem);
const apnsKey = { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey };

class Nothing extends CredentialSource {
  async get() {
    return undefined;
  }
}

class NoSimulators extends ProviderEndpoints {
  async simulated() {
    return undefined;
  }
}

describe('a check of a credential with its provider', () => {
  let server: ScriptedServer;
  let transport: Http2Transport;
  let sealer: Sealer;
  let checks: CheckCredential;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    transport = new Http2Transport(clock, new SystemRandom(), { tickMs: 5 });
    sealer = new Sealer(deriveKeys(randomBytes(32)));
    const { host, port, ca } = server.destination();
    const settings = dispatcherSettings.parse({
      ...{ APNS_HOST: host, APNS_SANDBOX_HOST: host, APNS_PORT: String(port), APNS_CA: ca },
    });
    const ground = { transport, credentials: new Nothing(), endpoints: new NoSimulators(), tokens: new MemorySharedTokens(), clock };
    const providers = new PushProviders([PROVIDER_PLUGS.apns.open(settings, ground)]);
    checks = new CheckCredential({} as ErrandDesk, providers, sealer, {} as PlatformSettingsOf, clock);
  });

  afterEach(async () => {
    await transport.close(0);
    await server.stop();
  });

  const check = (fields: object, bundleIds = ['app.shop']): CredentialCheck => ({
    app: 'shop',
    provider: 'apns',
    bundleIds,
    sealed: sealer.seal(JSON.stringify(fields), placeOf('shop', 'apns')),
  });

  it('asks for each bundle id in both environments, with an address that nobody has', async () => {
    server.script = ({ headers, answer }) => {
      if (headers['apns-topic'] === 'app.till') answer(400, {}, '{"reason":"TopicDisallowed"}');
      else answer(400, {}, '{"reason":"BadDeviceToken"}');
    };

    const result = await checks.execute(check(apnsKey, ['app.shop', 'app.till']));

    expect(result.verdict).toBe('refused');
    expect(result.findings.map(({ bundleId, reason }) => `${bundleId ?? ''} ${reason}`)).toEqual(Array(2).fill('app.till TopicDisallowed'));
    expect(server.seen.map(({ headers }) => headers[':path'])).toEqual(Array(4).fill('/3/device/00'));
  });

  it('gives the provider’s word back where the key is refused', async () => {
    server.script = ({ answer }) => {
      answer(403, {}, '{"reason":"InvalidProviderToken"}');
    };

    const result = await checks.execute(check(apnsKey));

    expect(result).toMatchObject({ verdict: 'refused', findings: [{ reason: 'InvalidProviderToken' }, {}] });
    expect(JSON.stringify(result)).not.toContain(privateKey.split('\n')[1]);
  });

  it('calls what cannot be read refused, and what cannot be asked unclear', async () => {
    expect(await checks.execute(check({ keyId: 'x' }))).toMatchObject({
      verdict: 'refused',
      findings: [{ reason: 'credentials_unreadable' }],
    });
    expect(await checks.execute({ ...check(apnsKey), sealed: 'v1.nonsense' })).toEqual({ verdict: 'unclear', findings: [] });
    await server.stop();
    expect(await checks.execute(check(apnsKey))).toMatchObject({ verdict: 'unclear' });
    server = await ScriptedServer.start();
  });
});

describe('a check of a service account', () => {
  let server: Http1ScriptedServer;
  let checks: CheckCredential;
  let sealer: Sealer;
  /** What FCM answers to the message. */
  let fcm: readonly [status: number, body: object];

  beforeEach(async () => {
    server = await Http1ScriptedServer.start();
    server.script = ({ headers, answer }) => {
      if (headers[':path'] === '/token') answer(200, {}, '{"access_token":"ya29.x","expires_in":3599}');
      else answer(fcm[0], { 'content-type': 'application/json' }, JSON.stringify(fcm[1]));
    };
    sealer = new Sealer(deriveKeys(randomBytes(32)));
    const { host, port, ca } = server.destination();
    const settings = dispatcherSettings.parse({
      ...{ FCM_HOST: host, FCM_PORT: String(port), FCM_CA: ca, FCM_TOKEN_URL: `https://${host}:${port}/token` },
    });
    const transport = new Http1Transport(clock, new SystemRandom());
    const ground = { transport, credentials: new Nothing(), endpoints: new NoSimulators(), tokens: new MemorySharedTokens(), clock };
    const providers = new PushProviders([PROVIDER_PLUGS.fcm.open(settings, ground)]);
    checks = new CheckCredential({} as ErrandDesk, providers, sealer, {} as PlatformSettingsOf, clock);
  });

  afterEach(() => server.stop());

  const check = () => {
    const serviceAccount = {
      ...{ project_id: 'a-project', client_email: 'push@a-project.iam.example.com', private_key: serviceKey, private_key_id: 'k' },
    };
    return checks.execute({
      ...{ app: 'shop', provider: 'fcm', bundleIds: [] },
      sealed: sealer.seal(JSON.stringify({ serviceAccount }), placeOf('shop', 'fcm')),
    });
  };
  const problem = (code: number, status: string, errorCode?: string) => ({
    error: {
      ...{ code, status, message: 'The registration token is not a valid FCM registration token' },
      details: errorCode === undefined ? [] : [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }],
    },
  });

  it('is a dry run of firebase-admin, which reaches nobody', async () => {
    fcm = [400, problem(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT')];

    await expect(check()).resolves.toEqual({ verdict: 'accepted', findings: [] });

    const asked = server.seen.at(-1)!;
    expect(asked.headers).toMatchObject({ ':path': '/v1/projects/a-project/messages:send', authorization: 'Bearer ya29.x' });
    expect(asked.headers['x-firebase-client']).toMatch(/^fire-admin-node/);
    expect(JSON.parse(asked.body)).toMatchObject({ validate_only: true, message: { token: 'carillon-checks-a-credential' } });
  });

  it.each([
    [403, problem(403, 'PERMISSION_DENIED'), 'PERMISSION_DENIED'],
    [404, problem(404, 'NOT_FOUND'), 'NOT_FOUND'],
    [401, problem(401, 'UNAUTHENTICATED'), 'UNAUTHENTICATED'],
    [403, problem(403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH'), 'SENDER_ID_MISMATCH'],
  ] as const)('tells Google’s own word for a refusal: %i %j', async (status, body, reason) => {
    fcm = [status, body];

    await expect(check()).resolves.toMatchObject({ verdict: 'refused', findings: [{ level: 'error', reason }] });
  });
});
