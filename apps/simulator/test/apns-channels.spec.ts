import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { connect, type ClientHttp2Session } from 'node:http2';
import { newApnsToken, providerToken, push } from './apns-client.ts';
import { runningSimulator, send, type Running } from './running-simulator.ts';

const update = { aps: { timestamp: 1_767_225_600, event: 'update', 'content-state': { score: '1:0' } } };
const keepsNothing = { 'message-storage-policy': 0, 'push-type': 'LiveActivity' };
const keepsLatest = { 'message-storage-policy': 1, 'push-type': 'LiveActivity' };
const pem = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } } as const;
const unknownChannel = Buffer.alloc(16).toString('base64');

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
}

describe('broadcast channels of simulated APNs', () => {
  let running: Running;
  let sending: ClientHttp2Session;
  let managing: ClientHttp2Session;
  let authorization: string;

  beforeAll(async () => {
    running = await runningSimulator();
    authorization = await providerToken(running);
  });

  beforeEach(() => {
    sending = running.connect('apns');
    managing = managingAt('production');
  });

  afterEach(async () => {
    sending.destroy();
    managing.destroy();
    await running.control('DELETE', '/faults');
  });

  afterAll(() => running.stop());

  function managingAt(environment: 'production' | 'sandbox'): ClientHttp2Session {
    const { host, port, ca } = running.simulator.listeners.apns.channels[environment];
    return connect(`https://${host}:${port}`, { ca });
  }

  async function manage({ method = 'POST', path = '/1/apps/app.demo/channels', headers, body }: Asked, session = managing) {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const asked = { ':method': method, ':path': path, authorization, ...headers };
    const answer = await send(session, asked, text);
    return { ...answer, said: (answer.body === '' ? {} : JSON.parse(answer.body)) as { reason?: string; channels?: string[] } };
  }

  async function aChannel(body: object = keepsNothing, session = managing): Promise<string> {
    return String((await manage({ body }, session)).headers['apns-channel-id']);
  }

  function broadcast(channel: string | undefined, { path, headers, body }: Asked = {}) {
    const of = channel === undefined ? {} : { 'apns-channel-id': channel };
    const usual = { 'apns-push-type': 'liveactivity', 'apns-expiration': '0', ...of };
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? update);
    const wanted = { ':method': 'POST', ':path': path ?? '/4/broadcasts/apps/app.demo', authorization, ...usual, ...headers };
    return send(sending, wanted as Record<string, string>, text).then((answer) => ({
      ...answer,
      reason: answer.body === '' ? undefined : (JSON.parse(answer.body) as { reason: string }).reason,
    }));
  }

  it('are made, read, listed and deleted', async () => {
    const made = await manage({ body: keepsLatest, headers: { 'apns-request-id': 'ffb8e5f7-0a3d-4b80-8f29-5b4a3a2d6f01' } });
    expect([made.status, made.headers['apns-request-id']]).toEqual([201, 'ffb8e5f7-0a3d-4b80-8f29-5b4a3a2d6f01']);
    const id = String(made.headers['apns-channel-id']);
    const named = { headers: { 'apns-channel-id': id } };
    const all = { method: 'GET', path: '/1/apps/app.demo/all-channels' };

    const read = await manage({ method: 'GET', ...named });
    expect([read.status, read.said]).toEqual([200, { 'message-storage-policy': 1, 'push-type': 'LiveActivity' }]);
    expect((await manage(all)).said.channels).toContain(id);
    expect((await manage({ method: 'DELETE', ...named })).status).toBe(204);
    expect((await manage(all)).said.channels).not.toContain(id);
    expect((await manage({ method: 'GET', ...named })).said.reason).toBe('ChannelNotRegistered');
  });

  it.each([
    ['BadPath', 404, { path: '/1/apps/app.demo/channel' }],
    ['MethodNotAllowed', 405, { method: 'PUT' }],
    ['MethodNotAllowed', 405, { path: '/1/apps/app.demo/all-channels' }],
    ['MissingProviderToken', 403, { headers: { authorization: 'none' } }],
    ['InvalidProviderToken', 403, { headers: { authorization: 'bearer x.y.z' } }],
    ['BadTopic', 400, { path: '/1/apps/-x/channels' }],
    ['BadRequestParams', 400, { headers: { 'apns-request-id': '1' } }],
    ['BadRequestPayload', 400, { body: 'no JSON' }],
    ['BadRequestPayload', 400, { body: { 'message-storage-policy': 2, 'push-type': 'LiveActivity' } }],
    ['MissingPushType', 400, { body: { 'message-storage-policy': 0 } }],
    ['InvalidPushType', 400, { body: { 'message-storage-policy': 0, 'push-type': 'alert' } }],
    ['MissingChannelId', 400, { method: 'GET' }],
    ['BadChannelId', 400, { method: 'DELETE', headers: { 'apns-channel-id': 'no base64!' } }],
    ['ChannelNotRegistered', 400, { method: 'DELETE', headers: { 'apns-channel-id': unknownChannel } }],
  ])('are managed by correct requests only: %s, %d', async (reason, status, asked) => {
    expect(await manage(asked)).toMatchObject({ status, said: { reason } });
  });

  it('belong to an environment and to an app', async () => {
    const sandbox = managingAt('sandbox');
    const id = await aChannel(keepsNothing, sandbox);
    sandbox.destroy();

    expect((await broadcast(id)).reason).toBe('ChannelNotRegistered');
    const own = await aChannel();
    expect(await broadcast(own, { path: '/4/broadcasts/apps/app.other' })).toMatchObject({ status: 403, reason: 'TopicMismatch' });
    const other = { path: '/1/apps/app.other/channels', method: 'GET', headers: { 'apns-channel-id': own } };
    expect((await manage(other)).said.reason).toBe('TopicMismatch');
  });

  it('are not for keys that may not push to the app', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', ...pem });
    const narrow = { teamId: 'TNARROW000', keyId: 'KNARROW000', privateKey, publicKey };
    running.simulator.accounts.add('apns', { ...narrow, bundleIds: ['app.else'] });
    const headers = { authorization: await providerToken(running, { key: narrow }) };

    expect((await manage({ body: keepsNothing, headers })).said.reason).toBe('TopicDisallowed');
  });

  it('take a broadcast and record it', async () => {
    const id = await aChannel();
    const requestId = randomUUID();

    const answer = await broadcast(id, { headers: { 'apns-request-id': requestId, 'apns-priority': '5' } });

    expect([answer.status, answer.headers['apns-request-id'], answer.body]).toEqual([200, requestId, '']);
    expect(running.simulator.ledger.find({ provider: 'apns', token: id })).toMatchObject([
      { id: requestId, headers: { 'apns-channel-id': id }, body: update },
    ]);
  });

  it.each([
    ['MissingChannelId', 400, undefined, {}],
    ['BadChannelId', 400, '!', {}],
    ['ChannelNotRegistered', 400, unknownChannel, {}],
    ['MissingPushType', 400, '', { headers: { 'apns-push-type': [] } }],
    ['InvalidPushType', 400, '', { headers: { 'apns-push-type': 'alert' } }],
    ['BadExpirationDate', 400, '', { headers: { 'apns-expiration': '1767225600' } }],
    ['BadExpirationDate', 400, '', { headers: { 'apns-expiration': [] } }],
    ['BadPriority', 400, '', { headers: { 'apns-priority': '7' } }],
    ['BadRequestParams', 400, '', { headers: { 'apns-request-id': 'x' } }],
    ['InvalidPushType', 400, '', { body: { aps: { alert: 'x' } } }],
    ['PayloadEmpty', 400, '', { body: '' }],
    ['PayloadTooLarge', 413, '', { body: { ...update, text: 'x'.repeat(5_120) } }],
    ['BadPath', 404, '', { path: '/4/broadcasts/apps/app.demo/more' }],
    ['MissingProviderToken', 403, '', { headers: { authorization: 'none' } }],
  ])('refuse what Apple refuses: %s, %d', async (reason, status, named, asked) => {
    expect(await broadcast(named === '' ? await aChannel() : named, asked)).toMatchObject({ status, reason });
  });

  it('take 5,120 bytes, and an expiry where they keep the latest message', async () => {
    const room = 5_120 - JSON.stringify({ ...update, text: '' }).length;
    const id = await aChannel(keepsLatest);

    const answer = await broadcast(id, { headers: { 'apns-expiration': '1767225600' }, body: { ...update, text: 'x'.repeat(room) } });

    expect(answer.status).toBe(200);
  });

  it('have faults as tokens have', async () => {
    const id = await aChannel();
    await running.control('PUT', '/faults', { provider: 'apns', token: id, behaviour: 'answer:FeatureNotEnabled' });

    expect(await broadcast(id)).toMatchObject({ status: 400, reason: 'FeatureNotEnabled' });
  });

  it('show a broadcast on the devices that a Live Activity was started on with the channel', async () => {
    const [id, token, other] = [await aChannel(), newApnsToken(), newApnsToken()];
    const shown: string[] = [];
    const stop = running.simulator.devices.watch([token, other], (device) => shown.push(device));
    const aps = { ...update.aps, event: 'start', 'attributes-type': 'Match', attributes: {}, alert: { title: 'Kick-off' } };
    const start = (channel: string) => JSON.stringify({ aps: { ...aps, 'input-push-channel': channel } });
    const headers = { 'apns-topic': 'app.demo.push-type.liveactivity', 'apns-push-type': 'liveactivity' };
    await push(sending, { authorization, token, headers, body: start(id) });
    await push(sending, { authorization, token: other, headers, body: start(unknownChannel) });
    shown.length = 0;

    await broadcast(id);
    stop();

    expect(shown).toEqual([token]);
  });
});
