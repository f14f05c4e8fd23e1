import { SystemClock, SystemRandom } from '#libs/kernel';
import { anAppleCertificate, type AppleCertificate } from '#libs/testing/certificates';
import { selfSigned } from '#libs/testing/engines';
import { once } from 'node:events';
import { createSecureServer, type Http2SecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ApnsProtocol } from '../../../src/providers/apns/apns-protocol.ts';
import { apnsSettings } from '../../../src/providers/apns/settings.ts';
import type { ProviderCredential } from '../../../src/providers/credential-source.ts';
import { MemorySharedTokens } from '../../../src/providers/memory-shared-tokens.ts';
import { Http2Transport } from '../../../src/transport/http2-transport.ts';
import { aProviderRequest } from '../a-provider-request.ts';

const clock = new SystemClock();

describe('APNs with a certificate', () => {
  let pair: AppleCertificate;
  let server: Http2SecureServer;
  let seen: { headers: IncomingHttpHeaders; subject: string | undefined }[];
  let transport: Http2Transport;
  let protocol: ApnsProtocol;

  beforeAll(async () => {
    pair = await anAppleCertificate({ topics: ['app.demo'] });
    seen = [];
    const identity = await selfSigned();
    server = createSecureServer({ ...identity, requestCert: true, rejectUnauthorized: false });
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      const socket = stream.session?.socket as TLSSocket | undefined;
      seen.push({ headers, subject: socket?.getPeerX509Certificate()?.subject });
      stream.respond({ ':status': 200 }, { endStream: true });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    transport = new Http2Transport(clock, new SystemRandom(), { tickMs: 5 });
    const settings = apnsSettings.parse({ APNS_HOST: '127.0.0.1', APNS_PORT: String(port), APNS_CA: identity.cert });
    protocol = new ApnsProtocol(settings, new MemorySharedTokens(), clock);
  });

  afterAll(async () => {
    await transport.close(0);
    server.close();
  });

  const credential = (): ProviderCredential => ({ id: 'shop:apns:1', simulated: false, bundleIds: ['app.demo'], fields: { ...pair } });

  it('shows it when it connects, and sends no token', async () => {
    const account = protocol.account(credential(), undefined);
    const authorization = await protocol.authorize(account);
    if ('kind' in authorization) throw new Error(authorization.kind);
    const request = aProviderRequest({ startBy: clock.now() + 60_000, expiresAt: clock.now() + 60_000 });
    const statuses: number[] = [];

    for (const batch of protocol.build(request, [0], account, authorization).batches)
      await transport.send(batch, {
        answered: (_, { status }) => statuses.push(status),
        unanswered: (_, __, reason) => {
          throw new Error(reason);
        },
      });

    expect(statuses).toEqual([200]);
    expect(seen).toMatchObject([{ subject: expect.stringContaining('UID=app.demo') as string, headers: { 'apns-topic': 'app.demo' } }]);
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('need not prove itself by a first push, and has no other token to try', async () => {
    const account = protocol.account(credential(), undefined);

    expect(account.destinations.map(({ firstAlone }) => firstAlone)).toEqual([false, false]);
    expect(await protocol.renew(account, '')).toBe(false);
  });

  it('is no certificate without its key', () => {
    expect(() => protocol.account({ ...credential(), fields: { certificate: pair.certificate } }, undefined)).toThrow();
  });
});
