import { generateKeyPairSync } from 'node:crypto';
import { SystemClock, SystemRandom, type ProviderName } from '#libs/kernel';
import { MemorySharedTokens } from '../../src/providers/memory-shared-tokens.ts';
import { ScriptedServer } from '../transport/http2-scripted-server.ts';
import { Http2Transport } from '../../src/transport/http2-transport.ts';
import { aProviderRequest, aRecipient } from './a-provider-request.ts';
import { ApnsProtocol } from '../../src/providers/apns/apns-protocol.ts';
import { apnsSettings } from '../../src/providers/apns/settings.ts';
import { CredentialSource, NOW, type ProviderCredential } from '../../src/providers/credential-source.ts';
import { FcmProtocol } from '../../src/providers/fcm/fcm-protocol.ts';
import { fcmSettings } from '../../src/providers/fcm/settings.ts';
import { ProviderEndpoints, type SimulatedProvider } from '../../src/providers/provider-endpoints.ts';
import type { ProviderRequest, PushProvider } from '../../src/providers/push-provider.ts';
import { PushProviders } from '../../src/providers/push-providers.ts';
import { TransportPushProvider } from '../../src/providers/transport-push-provider.ts';

const clock = new SystemClock();
const pem = { type: 'pkcs8', format: 'pem' } as const;
const apnsKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem);
const fcmKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem);
const accounts: Partial<Record<ProviderName, Record<string, unknown>>> = {
  apns: { teamId: 'TEAM123456', keyId: 'KEY1234567', privateKey: apnsKey, more: 'is left out' },
  fcm: {
    serviceAccount: { project_id: 'a-project', client_email: 'push@a-project.iam.example.com', private_key: fcmKey, private_key_id: 'k' },
  },
};

class OneCredential extends CredentialSource {
  credential: ProviderCredential | undefined = { id: 'demo:1', simulated: true, bundleIds: ['app.demo'], fields: {} };
  /** What is stored by now; `credential` is kept from before. */
  stored: ProviderCredential | undefined;
  readAnew = 0;

  async get(_app: string, _provider: ProviderName, asOf = 0): Promise<ProviderCredential | undefined> {
    if (asOf === NOW) {
      this.readAnew += 1;
      this.credential = this.stored ?? this.credential;
    }
    return this.credential;
  }
}

class LocalEndpoints extends ProviderEndpoints {
  isRunning = true;

  constructor(private readonly server: ScriptedServer) {
    super();
  }

  async simulated(provider: ProviderName): Promise<SimulatedProvider | undefined> {
    const { host, port, ca } = this.server.destination();
    const tokenUrl = `https://127.0.0.1:${port}/token`;
    return this.isRunning ? { host, port, ca, tokenUrl, account: accounts[provider] ?? {} } : undefined;
  }
}

describe('a provider over the transport', () => {
  let server: ScriptedServer;
  let transport: Http2Transport;
  let credentials: OneCredential;
  let endpoints: LocalEndpoints;
  let apns: PushProvider;
  let fcm: PushProvider;

  beforeEach(async () => {
    server = await ScriptedServer.start();
    transport = new Http2Transport(clock, new SystemRandom(), { tickMs: 5 });
    credentials = new OneCredential();
    endpoints = new LocalEndpoints(server);
    apns = new TransportPushProvider(
      new ApnsProtocol(apnsSettings.parse({}), new MemorySharedTokens(), clock),
      transport,
      credentials,
      endpoints,
      clock,
    );
    fcm = new TransportPushProvider(
      new FcmProtocol(fcmSettings.parse({}), new MemorySharedTokens(), clock),
      transport,
      credentials,
      endpoints,
      clock,
    );
  });

  afterEach(async () => {
    await transport.close(0);
    await server.stop();
  });

  const soon = (changes: Partial<ProviderRequest>) =>
    aProviderRequest({ startBy: clock.now() + 1_000, expiresAt: clock.now() + 60_000, ...changes });
  const tokens = ['aa', 'bb', 'cc'];
  const three = tokens.map((token) => aRecipient({ token, platform: 'android' }));

  it('gives one outcome per recipient, in their order', async () => {
    server.script = ({ headers, answer }) => {
      if (headers[':path'] === '/3/device/bb') answer(410, {}, '{"reason":"Unregistered","timestamp":5}');
      else answer();
    };

    const outcomes = await apns.send(soon({ recipients: [...three, aRecipient({ token: 'no hex' })] }));

    expect(outcomes).toEqual([
      { kind: 'accepted' },
      { kind: 'token_invalid', reason: 'Unregistered', invalidSince: 5 },
      { kind: 'accepted' },
      { kind: 'token_invalid', reason: 'malformed_token' },
    ]);
    expect(server.seen[0]?.headers).toMatchObject({
      'apns-topic': 'app.demo',
      authorization: expect.stringMatching(/^bearer ey/) as string,
    });
    // Where the first answer takes long, one more connection is opened.
    expect(apns.load('demo')).toEqual({ inFlight: 0, peakInFlight: 2, waiting: 0, connections: expect.any(Number) as number });
  });

  it('asks what is stored before a last word that the credential decides, and sends with what is new', async () => {
    credentials.stored = { id: 'demo:2', simulated: true, bundleIds: ['app.demo', 'app.new'], fields: {} };
    const recipients = [
      aRecipient({ token: 'aa' }),
      aRecipient({ token: 'bb', bundleId: 'app.new' }),
      aRecipient({ token: 'cc', bundleId: 'app.no' }),
    ];

    const outcomes = await apns.send(soon({ recipients }));

    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'wrong_sender']);
    expect(server.seen.map(({ headers }) => headers[':path']).toSorted()).toEqual(['/3/device/aa', '/3/device/bb']);
    expect(credentials.readAnew).toBe(1);
  });

  it('takes the provider’s own refusal of a credential for its last word only if no newer one is stored', async () => {
    server.script = ({ headers, answer }) => {
      if (headers['apns-topic'] === 'app.demo') answer(400, {}, '{"reason":"DeviceTokenNotForTopic"}');
      else answer();
    };
    const recipients = [aRecipient({ token: 'aa', bundleId: null })];

    expect(await apns.send(soon({ recipients }))).toMatchObject([{ kind: 'wrong_sender' }]);
    credentials.stored = { id: 'demo:2', simulated: true, bundleIds: ['app.new', 'app.demo'], fields: {} };

    expect(await apns.send(soon({ recipients }))).toEqual([{ kind: 'accepted' }]);
  });

  it('exchanges its account for a token once, and sends with it', async () => {
    server.script = fcmServer(() => true);

    const [first, second] = await Promise.all([fcm.send(soon({ recipients: three })), fcm.send(soon({ recipients: three }))]);

    expect([...first, ...second]).toEqual(Array(6).fill({ kind: 'accepted' }));
    expect(server.seen.filter(({ headers }) => headers[':path'] === '/token')).toHaveLength(1);
    expect(server.seen.at(-1)?.headers).toMatchObject({ ':path': '/v1/projects/a-project/messages:send', authorization: 'Bearer token-1' });
  });

  it('does not renew a token that it had just now: the refusal has another cause', async () => {
    server.script = fcmServer(() => false);

    const outcomes = await fcm.send(soon({ recipients: three }));

    expect(outcomes).toEqual(Array(3).fill({ kind: 'credentials_bad', reason: 'status_401', refreshable: true }));
    expect(server.seen.filter(({ headers }) => headers[':path'] === '/token')).toHaveLength(1);
  });

  it('renews an older token that is refused, once, and sends what was refused again', async () => {
    const later = { now: () => clock.now() + 60_000 };
    let isLater = false;
    const moving = { now: () => (isLater ? later.now() : clock.now()) };
    fcm = new TransportPushProvider(
      new FcmProtocol(fcmSettings.parse({}), new MemorySharedTokens(), moving),
      transport,
      credentials,
      endpoints,
      clock,
    );
    server.script = fcmServer((authorization) => !isLater || authorization === 'Bearer token-2');
    await fcm.send(soon({ recipients: three }));
    isLater = true;

    const outcomes = await fcm.send(soon({ recipients: three }));

    expect(outcomes).toEqual(Array(3).fill({ kind: 'accepted' }));
    expect(server.seen.filter(({ headers }) => headers[':path'] === '/token')).toHaveLength(2);
  });

  it('says what stands in the way of sending at all', async () => {
    credentials.credential = undefined;
    await expect(apns.admit('demo', clock.now())).resolves.toEqual(
      no({ kind: 'credentials_bad', reason: 'credentials_missing', refreshable: false }),
    );

    credentials.credential = { id: 'demo:2', simulated: false, bundleIds: ['app.demo'], fields: { teamId: 'x' } };
    await expect(apns.admit('demo', clock.now())).resolves.toEqual(
      no({ kind: 'credentials_bad', reason: 'credentials_unreadable', refreshable: false }),
    );

    credentials.credential = { id: 'demo:3', simulated: true, bundleIds: ['app.demo'], fields: {} };
    endpoints.isRunning = false;
    await expect(apns.send(soon({ recipients: three }))).resolves.toEqual(
      Array(3).fill({ kind: 'provider_down', reason: 'simulator_not_running', faultOf: 'network' }),
    );

    endpoints.isRunning = true;
    await expect(apns.admit('demo', clock.now())).resolves.toEqual({ admitted: true });
  });

  it('is not admitted while nobody can be reached, and says when it is tried again', async () => {
    endpoints.simulated = async () => ({ host: '127.0.0.1', port: 1, ca: undefined, account: accounts.apns ?? {} });

    const outcomes = await apns.send(soon({ recipients: three, startBy: clock.now() + 100 }));
    const admission = await apns.admit('demo', clock.now());

    expect(outcomes).toEqual(Array(3).fill({ kind: 'provider_down', reason: 'connect_failed', faultOf: 'network' }));
    expect(admission).toMatchObject(no({ kind: 'provider_down', reason: 'connect_failed', faultOf: 'network' }));
  });

  describe('a token that APNs calls bad', () => {
    const asked = new Map<string, number>();
    const bad = (answer: (status: number, headers: Record<string, string>, body: string) => void) => {
      answer(400, {}, '{"reason":"BadDeviceToken"}');
    };

    beforeEach(() => {
      asked.clear();
    });

    it('is tried once in the other environment, and is set right where it lives there', async () => {
      server.script = ({ headers, answer }) => {
        const token = (headers[':path'] ?? '').slice('/3/device/'.length);
        const times = (asked.get(token) ?? 0) + 1;
        asked.set(token, times);
        if (token === 'aa' || (token === 'bb' && times === 1)) bad(answer);
        else answer();
      };

      expect(await apns.send(soon({ recipients: three }))).toEqual([
        { kind: 'token_invalid', reason: 'BadDeviceToken' },
        { kind: 'token_moved', reason: 'environment_corrected_to_sandbox', token: three[1]?.token },
        { kind: 'accepted' },
      ]);
      expect(Object.fromEntries(asked)).toEqual({ aa: 2, bb: 2, cc: 1 });
    });

    it.each([
      ['voip', '400', '{"reason":"DeviceTokenNotForTopic"}'],
      ['voip', '400', '{"reason":"BadDeviceToken"}'],
      ['Complication', '410', '{"reason":"Unregistered","timestamp":5}'],
      ['liveactivity', '400', '{"reason":"BadDeviceToken"}'],
    ])('is no worse a token for a push of type %s, which goes to others: %s %s', async (type, status, body) => {
      server.script = ({ answer }) => {
        answer(Number(status), {}, body);
      };
      const headers = { 'APNs-Push-Type': type.toLowerCase() };
      const renderings = [{ title: 'Hi', overrides: { apns: { headers, aps: { timestamp: 1, event: 'end' } } } }];

      expect(await apns.send(soon({ recipients: three.slice(0, 1), renderings }))).toEqual([
        { kind: 'payload_bad', reason: 'push_type_not_for_token' },
      ]);
      expect(await apns.send(soon({ recipients: three.slice(0, 1), renderings: [{ title: 'Hi' }] }))).toMatchObject([
        { kind: expect.stringMatching(/^(token_invalid|wrong_sender)$/) as string },
      ]);
    });

    it('is believed dead by nobody while the other environment does not answer', async () => {
      server.script = ({ headers, answer }) => {
        const token = headers[':path'] ?? '';
        const isFirst = !asked.has(token);
        asked.set(token, 1);
        if (isFirst) bad(answer);
        else if (token.endsWith('aa')) answer(503, {}, '{"reason":"ServiceUnavailable"}');
        else answer(410, {}, '{"reason":"Unregistered","timestamp":5}');
      };
      const sandbox = three.map((recipient) => ({ ...recipient, environment: 'sandbox' as const }));

      expect(await apns.send(soon({ recipients: sandbox.slice(0, 2) }))).toEqual([
        { kind: 'retry_later', reason: 'environment_unclear', faultOf: 'network' },
        { kind: 'token_invalid', reason: 'BadDeviceToken' },
      ]);
    });
  });

  it('calls doubt what was written and not answered, and takes back what was not begun in time', async () => {
    server.script = ({ number, stream, answer }) => {
      if (number === 0) stream.close(2);
      else answer();
    };

    await expect(apns.send(soon({ recipients: [aRecipient()] }))).resolves.toEqual([{ kind: 'unknown', reason: 'reset' }]);
    await expect(apns.send(soon({ recipients: [aRecipient()], startBy: clock.now() - 1 }))).resolves.toEqual([
      { kind: 'retry_later', reason: 'not_begun_in_time', faultOf: 'network', afterMs: 0 },
    ]);
  });

  it('is found by its name', () => {
    const providers = new PushProviders([apns, fcm]);

    expect(providers.find('fcm')).toBe(fcm);
    expect(providers.find('wns')).toBeUndefined();
  });

  /** Issues token-1, token-2, … and takes what the test says it takes. */
  function fcmServer(takes: (authorization: string) => boolean): ScriptedServer['script'] {
    let issued = 0;
    return ({ headers, answer }) => {
      if (headers[':path'] === '/token') answer(200, {}, `{"access_token":"token-${(issued += 1)}","expires_in":3599}`);
      else if (takes(headers.authorization ?? '')) answer(200, {}, '{"name":"projects/a-project/messages/1"}');
      else answer(401);
    };
  }
});

function no(outcome: object): object {
  return { admitted: false, outcome };
}
