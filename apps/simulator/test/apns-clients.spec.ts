import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session, type Settings } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { newApnsToken, providerToken, push } from './apns-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

const { stringify } = JSON;

describe('simulated APNs, to clients as they are', () => {
  let running: Running;
  let session: ClientHttp2Session;
  let authorization: string;

  beforeAll(async () => {
    running = await runningSimulator();
    authorization = await providerToken(running);
  });

  beforeEach(() => {
    session = running.connect('apns');
  });

  afterAll(() => running.stop());

  /** A provider token made by hand: with claims and a form of signature that jose does not make. */
  function signed(claims: object, form: 'der' | 'ieee-p1363', key = running.simulator.accounts.simulated.apns.privateKey): string {
    const header = { alg: 'ES256', kid: running.simulator.accounts.simulated.apns.keyId };
    const text = [header, claims].map((part) => Buffer.from(stringify(part)).toString('base64url')).join('.');
    return `bearer ${text}.${sign('sha256', Buffer.from(text), { key: createPrivateKey(key), dsaEncoding: form }).toString('base64url')}`;
  }

  it('takes a client that names no protocol by ALPN', async () => {
    const { host, port, ca } = running.simulator.listeners.apns;
    const socket = connectTls({ host, port, ca });
    await once(socket, 'secureConnect');
    const bare = connectHttp2(`https://${host}:${port}`, { createConnection: () => socket });

    expect(socket.alpnProtocol).toBe(false);
    expect((await push(bare, { authorization })).status).toBe(200);
    bare.destroy();
  });

  it('takes a signature in DER, of the right key', async () => {
    const { teamId: iss } = running.simulator.accounts.simulated.apns;
    const iat = Math.floor(running.clock.now() / 1_000);
    const other = running.simulator.accounts.simulated.apns.privateKey;

    expect((await push(session, { authorization: signed({ iss, iat }, 'der') })).status).toBe(200);
    const changed = signed({ iss, iat }, 'der', other).replace(/.{8}$/, 'AAAAAAAA');
    expect((await push(running.connect('apns'), { authorization: changed })).reason).toBe('InvalidProviderToken');
  });

  it('takes an iat with a fraction, whose age counts like any other', async () => {
    const { teamId: iss } = running.simulator.accounts.simulated.apns;
    const now = running.clock.now() / 1_000;

    expect((await push(session, { authorization: signed({ iss, iat: now + 0.25 }, 'ieee-p1363') })).status).toBe(200);
    const old = signed({ iss, iat: now - 3_600.5 }, 'ieee-p1363');
    expect((await push(running.connect('apns'), { authorization: old })).reason).toBe('ExpiredProviderToken');
    const none = signed({ iss, iat: String(now) }, 'ieee-p1363');
    expect((await push(running.connect('apns'), { authorization: none })).reason).toBe('InvalidProviderToken');
  });

  it('takes an id in capitals, answers with it, and keeps it in small letters', async () => {
    const id = randomUUID().toUpperCase();

    const { status, headers } = await push(session, { authorization, headers: { 'apns-id': id } });

    expect([status, headers['apns-id']]).toEqual([200, id]);
    expect(running.simulator.ledger.find({ provider: 'apns' }).at(-1)).toMatchObject({ id: id.toLowerCase() });
  });

  it('names the id with an error, and no type for its JSON', async () => {
    const id = randomUUID();

    const { status, headers } = await push(session, { authorization, token: 'xyz', headers: { 'apns-id': id } });

    expect([status, headers['apns-id'], headers['content-type']]).toEqual([400, id, undefined]);
  });

  it('holds a connection to one stream after one credential that it refuses, until the next good push', async () => {
    const limits: (number | undefined)[] = [];
    const next = () => once(session, 'remoteSettings') as Promise<[Settings]>;
    session.on('remoteSettings', ({ maxConcurrentStreams }: Settings) => limits.push(maxConcurrentStreams));
    await next();
    const steps = [authorization, 'bearer wrong', authorization];
    for (const step of steps) await Promise.all([next(), push(session, { authorization: step })]);

    expect(limits).toEqual([1, 1000, 1, 1000]);
  });

  it.each([
    ['.voip', 'alert'],
    ['.voip-ptt', 'alert'],
    ['.complication', 'background'],
    ['.push-type.liveactivity', 'alert'],
    ['.push-type.widgets', 'alert'],
    ['.push-type.controls', 'voip'],
    ['.pushkit.fileprovider', 'alert'],
    ['.location-query', 'alert'],
  ])('refuses a topic that ends with %s under the push type %s', async (suffix, pushType) => {
    const headers = { 'apns-topic': `app.demo${suffix}`, 'apns-push-type': pushType, 'apns-priority': '5' };

    const { status, reason } = await push(session, { authorization, token: newApnsToken(), headers });

    expect([status, reason]).toEqual([400, 'TopicDisallowed']);
  });
});
