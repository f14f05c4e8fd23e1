import { SystemClock, SystemRandom } from '#libs/kernel';
import { FixedClock } from '#libs/testing';
import { generateKeyPairSync } from 'node:crypto';
import { ApnsProtocol } from '../../src/providers/apns/apns-protocol.ts';
import { apnsSettings } from '../../src/providers/apns/settings.ts';
import { CredentialSource, type ProviderCredential } from '../../src/providers/credential-source.ts';
import { MemorySharedTokens } from '../../src/providers/memory-shared-tokens.ts';
import { ProviderEndpoints } from '../../src/providers/provider-endpoints.ts';
import { TransportPushProvider } from '../../src/providers/transport-push-provider.ts';
import { Http2Transport } from '../../src/transport/http2-transport.ts';
import { ScriptedServer } from '../transport/http2-scripted-server.ts';
import { aProviderRequest, aRecipient } from './a-provider-request.ts';

const clock = new SystemClock();
const pem = { type: 'pkcs8', format: 'pem' } as const;
const key = (keyId: string) => ({
  teamId: 'TEAM123456',
  keyId,
  privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem),
});
const older: ProviderCredential = { id: 'shop:apns:1', simulated: false, bundleIds: ['app.shop'], fields: key('OLD0000000') };
const newer: ProviderCredential = { ...older, id: 'shop:apns:2', fields: key('NEW0000000'), previous: older };

class Stored extends CredentialSource {
  credential = newer;

  async get() {
    return this.credential;
  }
}

class NoSimulators extends ProviderEndpoints {
  async simulated() {
    return undefined;
  }
}

describe('a credential that is being replaced', () => {
  const ticking = new FixedClock();
  let server: ScriptedServer;
  let transport: Http2Transport;
  let stored: Stored;
  let apns: TransportPushProvider<never>;
  /** Key ids that the provider does not take. */
  let refused: Set<string>;
  let asked: string[];

  beforeEach(async () => {
    server = await ScriptedServer.start();
    transport = new Http2Transport(clock, new SystemRandom(), { tickMs: 5 });
    stored = new Stored();
    [refused, asked] = [new Set(), []];
    const { host, port, ca } = server.destination();
    const settings = apnsSettings.parse({ APNS_HOST: host, APNS_SANDBOX_HOST: host, APNS_PORT: String(port), APNS_CA: ca });
    const protocol = new ApnsProtocol(settings, new MemorySharedTokens(), clock);
    apns = new TransportPushProvider(protocol, transport, stored, new NoSimulators(), ticking) as never;
    server.script = ({ headers, answer }) => {
      const [head = ''] = (headers.authorization ?? '').replace('bearer ', '').split('.');
      const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
      asked.push(kid);
      if (refused.has(kid)) answer(403, {}, '{"reason":"InvalidProviderToken"}');
      else answer();
    };
  });

  afterEach(async () => {
    await transport.close(0);
    await server.stop();
  });

  async function send(): Promise<string[]> {
    asked = [];
    const recipients = [aRecipient({ token: 'aa', bundleId: 'app.shop' }), aRecipient({ token: 'bb', bundleId: 'app.shop' })];
    const outcomes = await apns.send(
      aProviderRequest({ app: 'shop', recipients, startBy: clock.now() + 1_000, expiresAt: clock.now() + 60_000 }),
    );
    return outcomes.map(({ kind }) => kind);
  }

  it('is sent with where the provider takes it', async () => {
    expect(await send()).toEqual(['accepted', 'accepted']);
    expect(asked).toEqual(['NEW0000000', 'NEW0000000']);
  });

  it('leaves the work to the one before while it is refused, and is tried again after half a minute', async () => {
    refused.add('NEW0000000');

    expect(await send()).toEqual(['accepted', 'accepted']);
    expect(asked.slice(-2)).toEqual(['OLD0000000', 'OLD0000000']);
    expect(await send()).toEqual(['accepted', 'accepted']);
    expect(asked).toEqual(['OLD0000000', 'OLD0000000']);

    refused.clear();
    ticking.advance(30_000);
    expect(await send()).toEqual(['accepted', 'accepted']);
    expect(asked).toEqual(['NEW0000000', 'NEW0000000']);
  });

  it('has no way back once it was accepted: what is refused then is refused', async () => {
    await send();
    refused.add('NEW0000000');

    expect(await send()).toEqual(['credentials_bad', 'credentials_bad']);
    expect(asked).not.toContain('OLD0000000');
  });

  it('is refused where the one before is refused as well', async () => {
    refused.add('NEW0000000').add('OLD0000000');

    expect(await send()).toEqual(['credentials_bad', 'credentials_bad']);
  });

  it('leaves the work to the one before where it cannot even be read', async () => {
    stored.credential = { ...newer, fields: { keyId: 'nonsense' } };

    expect(await send()).toEqual(['accepted', 'accepted']);
    expect(asked).toEqual(['OLD0000000', 'OLD0000000']);
  });
});
