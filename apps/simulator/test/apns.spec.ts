import { generateKeyPairSync } from 'node:crypto';
import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';
import { alert, newApnsToken, providerToken, push, type ProviderKey, type Push } from './apns-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

const minute = 60_000;

describe('simulated APNs', () => {
  let running: Running;
  let session: ClientHttp2Session;
  let authorization: string;

  beforeAll(async () => {
    running = await runningSimulator();
    authorization = await providerToken(running);
    session = running.connect('apns');
  });

  beforeEach(() => {
    running.simulator.faults.clear();
    session = running.connect('apns');
  });

  afterEach(() => {
    session.destroy();
  });

  afterAll(() => running.stop());

  const reasonOf = async (request: Push): Promise<string | number> => {
    const { status, reason } = await push(session, { authorization, ...request });
    return reason === undefined ? status : `${status} ${reason}`;
  };

  it('accepts a well-formed push, gives back its id, and an id of its own when there was none', async () => {
    const id = '123e4567-e89b-12d3-a456-426614174000';

    const named = await push(session, { authorization, headers: { 'apns-id': id } });
    const unnamed = await push(session, { authorization });

    expect([named.status, named.headers['apns-id'], named.body]).toEqual([200, id, '']);
    expect(unnamed.headers['apns-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(unnamed.headers['apns-unique-id']).toBeUndefined();
  });

  it('names its own log entry in the sandbox only', async () => {
    const { status, headers } = await push(running.connect('sandbox'), { authorization });

    expect(status).toBe(200);
    expect(headers['apns-unique-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('finds faults in the order method, path, authorisation, topic, token, headers, size', async () => {
    const wrong = { 'apns-topic': 'a b', 'apns-collapse-id': 'x'.repeat(65) };
    const body = JSON.stringify({ aps: { alert: 'x'.repeat(5000) } });

    expect(await reasonOf({ authorization: undefined, path: '/3/devices/1', headers: { ...wrong, ':method': 'PUT' } })).toBe(
      '405 MethodNotAllowed',
    );
    expect(await reasonOf({ authorization: undefined, path: '/3/devices/1', headers: wrong, body })).toBe('404 BadPath');
    expect(await reasonOf({ authorization: undefined, token: 'xyz', headers: wrong, body })).toBe('403 MissingProviderToken');
    expect(await reasonOf({ token: 'xyz', headers: wrong, body })).toBe('400 BadTopic');
    expect(await reasonOf({ token: 'xyz', headers: { ...wrong, 'apns-topic': 'app.demo' }, body })).toBe('400 BadDeviceToken');
    expect(await reasonOf({ headers: { ...wrong, 'apns-topic': 'app.demo' }, body })).toBe('400 BadCollapseId');
    expect(await reasonOf({ body })).toBe('413 PayloadTooLarge');
  });

  describe('provider tokens', () => {
    const seconds = (ms: number): number => Math.floor(ms / 1_000);

    it('refuses what is no JWT, an unknown key, a foreign signature and another team', async () => {
      const { apns } = running.simulator.accounts.simulated;
      const foreign = newKey('KOTHER0000', apns.teamId);

      expect(await reasonOf({ authorization: 'basic abc' })).toBe('403 MissingProviderToken');
      expect(await reasonOf({ authorization: 'bearer abc' })).toBe('403 InvalidProviderToken');
      expect(await reasonOf({ authorization: await providerToken(running, { key: foreign }) })).toBe('403 InvalidProviderToken');
      const stolenId = await providerToken(running, { key: { ...foreign, keyId: apns.keyId } });
      expect(await reasonOf({ authorization: stolenId })).toBe('403 InvalidProviderToken');
      expect(await reasonOf({ authorization: await providerToken(running, { iss: 'TOTHER0000' }) })).toBe('403 InvalidProviderToken');
    });

    it('refuses a token older than an hour and one from the future', async () => {
      const now = running.clock.now();
      const aged = (ms: number): Promise<string> => providerToken(running, { iat: seconds(now - ms) });

      expect(await reasonOf({ authorization: await aged(61 * minute) })).toBe('403 ExpiredProviderToken');
      expect(await reasonOf({ authorization: await aged(-10 * minute) })).toBe('403 InvalidProviderToken');
      expect(await reasonOf({ authorization: await aged(59 * minute) })).toBe(200);
    });

    it('refuses a token that follows another within 20 minutes on the same connection, and goes on taking the one before', async () => {
      const now = running.clock.now();
      const [old, tooSoon, soonEnough] = await Promise.all(
        [40, 21, 20].map((minutes) => providerToken(running, { iat: seconds(now - minutes * minute) })),
      );

      expect(await reasonOf({ authorization: old })).toBe(200);
      expect(await reasonOf({ authorization: tooSoon })).toBe('429 TooManyProviderTokenUpdates');
      expect(await reasonOf({ authorization: old })).toBe(200);
      expect(await reasonOf({ authorization: soonEnough })).toBe(200);
    });

    it('binds a connection to the first key: no other team, no other key, no key of the other environment', async () => {
      const { accounts } = running.simulator;
      const sibling = register(newKey('KSIBLING00', accounts.simulated.apns.teamId));
      const stranger = register(newKey('KSTRANGER0', 'TSTRANGER0'));
      const sandboxOnly = newKey('KSANDBOX00', 'TSANDBOX00');
      accounts.add('apns', { ...sandboxOnly, environment: 'sandbox' });

      expect(await reasonOf({ authorization: await providerToken(running, { key: sandboxOnly }) })).toBe('403 BadEnvironmentKeyIdInToken');
      expect(await reasonOf({})).toBe(200);
      expect(await reasonOf({ authorization: await providerToken(running, { key: sibling }) })).toBe('403 UnrelatedKeyIdInToken');
      expect(await reasonOf({ authorization: await providerToken(running, { key: stranger }) })).toBe('403 InvalidProviderToken');
      session = running.connect('apns');
      expect(await reasonOf({ authorization: await providerToken(running, { key: sibling }) })).toBe(200);
    });

    it('lets a key for chosen apps push to those only', async () => {
      const narrow = newKey('KNARROW000', 'TNARROW000');
      running.simulator.accounts.add('apns', { ...narrow, bundleIds: ['app.demo'] });
      const narrowToken = await providerToken(running, { key: narrow });

      expect(await reasonOf({ authorization: narrowToken, headers: { 'apns-topic': 'app.other' } })).toBe('400 TopicDisallowed');
      expect(await reasonOf({ authorization: narrowToken })).toBe(200);
    });

    function register(key: ProviderKey & { publicKey: string }): ProviderKey {
      running.simulator.accounts.add('apns', key);
      return key;
    }
  });

  it('wants topic, push type, priority and payload to agree', async () => {
    const background = JSON.stringify({ aps: { 'content-available': 1 } });
    const typed = (type: string, headers: OutgoingHttpHeaders = {}, body = alert): Promise<string | number> =>
      reasonOf({ headers: { 'apns-push-type': type, ...headers }, body });

    expect(await typed('alert', { 'apns-topic': '' })).toBe('400 MissingTopic');
    expect(await typed('shout')).toBe('400 InvalidPushType');
    expect(await typed('voip')).toBe('400 TopicDisallowed');
    expect(await typed('voip', { 'apns-topic': 'app.demo.voip' })).toBe(200);
    expect(await typed('mdm')).toBe('400 TopicDisallowed');
    expect(await typed('alert', {}, background)).toBe('400 InvalidPushType');
    expect(await typed('background', { 'apns-priority': '5' })).toBe('400 InvalidPushType');
    expect(await typed('background', { 'apns-priority': '10' }, background)).toBe('400 BadPriority');
    expect(await typed('background', {}, background)).toBe('400 BadPriority');
    expect(await typed('background', { 'apns-priority': '5' }, background)).toBe(200);
    const activity = JSON.stringify({ aps: { timestamp: 1, event: 'update', 'content-state': {} } });
    expect(await typed('liveactivity', { 'apns-topic': 'app.demo.push-type.liveactivity' }, activity)).toBe(200);
    expect(await typed('liveactivity', { 'apns-topic': 'app.demo.push-type.liveactivity' })).toBe('400 InvalidPushType');
  });

  it('knows tokens of alerts from those of other push types, which make none theirs', async () => {
    const sent = (token: string, type: string, topic: string): Promise<string | number> =>
      reasonOf({ path: `/3/device/${token}`, headers: { 'apns-push-type': type, 'apns-topic': topic }, body: alert });
    const [unseen, known] = ['ab'.repeat(32), 'cd'.repeat(32)];

    expect(await sent(unseen, 'voip', 'app.demo.voip')).toBe(200); // the token of whoever registered it for calls
    expect(await sent(unseen, 'alert', 'app.demo')).toBe(200);
    expect(await sent(known, 'alert', 'app.demo')).toBe(200);
    expect(await sent(known, 'voip', 'app.demo.voip')).toBe('400 DeviceTokenNotForTopic');
    expect(await sent(known, 'alert', 'app.demo')).toBe(200);
  });

  it('checks each header of the message', async () => {
    const withHeader = (name: string, value: string | string[]): Promise<string | number> => reasonOf({ headers: { [name]: value } });

    expect(await withHeader('apns-id', 'no-uuid')).toBe('400 BadMessageId');
    expect(await withHeader('apns-expiration', 'soon')).toBe('400 BadExpirationDate');
    expect(await withHeader('apns-priority', '7')).toBe('400 BadPriority');
    expect(await withHeader('apns-collapse-id', 'é'.repeat(33))).toBe('400 BadCollapseId');
    expect(await withHeader('apns-collapse-id', 'é'.repeat(32))).toBe(200);
    expect(await withHeader('apns-topic', ['app.demo', 'app.demo'])).toBe('400 DuplicateHeaders');
  });

  it('takes 4096 bytes, 5120 for VoIP, and no empty or unreadable body', async () => {
    const sized = (bytes: number): string => JSON.stringify({ aps: { alert: 'x'.repeat(bytes - 20) } });
    const voip = { 'apns-push-type': 'voip', 'apns-topic': 'app.demo.voip' };

    expect(Buffer.byteLength(sized(4096))).toBe(4096);
    expect(await reasonOf({ body: sized(4096) })).toBe(200);
    expect(await reasonOf({ body: sized(4097) })).toBe('413 PayloadTooLarge');
    expect(await reasonOf({ headers: voip, body: sized(5120) })).toBe(200);
    expect(await reasonOf({ headers: voip, body: sized(5121) })).toBe('413 PayloadTooLarge');
    expect(await reasonOf({ body: sized(100_000) })).toBe('413 PayloadTooLarge');
    expect(await reasonOf({ body: '' })).toBe('400 PayloadEmpty');
    expect(await reasonOf({ body: '{' })).toBe('400 PayloadEmpty');
  });

  it('takes an even number of hexadecimal digits as a token, whatever their case', async () => {
    const token = newApnsToken();

    expect(await reasonOf({ path: '/3/device/' })).toBe('400 MissingDeviceToken');
    expect(await reasonOf({ token: `${token}a` })).toBe('400 BadDeviceToken');
    expect(await reasonOf({ token: 'z'.repeat(64) })).toBe('400 BadDeviceToken');
    expect(await reasonOf({ token: `${token}${token}` })).toBe(200);
    running.simulator.faults.put({ provider: 'apns', token, behaviour: 'invalid' });
    expect(await reasonOf({ token: token.toUpperCase() })).toBe('410 Unregistered');
  });

  it('keeps a token with the topic and the environment it was first sent to', async () => {
    const token = newApnsToken();

    expect(await reasonOf({ token })).toBe(200);
    expect(await reasonOf({ token, headers: { 'apns-topic': 'app.other' } })).toBe('400 DeviceTokenNotForTopic');
    session = running.connect('sandbox');
    expect(await reasonOf({ token })).toBe('400 BadDeviceToken');
  });

  it('answers dead tokens with 410 and the time since when, in milliseconds', async () => {
    const [dead, deadSince] = [newApnsToken(), newApnsToken()];
    running.simulator.faults.put({ provider: 'apns', token: dead, behaviour: 'invalid' });
    running.simulator.faults.put({ provider: 'apns', token: deadSince, behaviour: 'invalid_since:1700000000000' });

    const now = await push(session, { authorization, token: dead });
    const then = await push(session, { authorization, token: deadSince });

    expect([now.status, now.reason, now.timestamp]).toEqual([410, 'Unregistered', running.clock.now()]);
    expect([then.status, then.reason, then.timestamp]).toEqual([410, 'Unregistered', 1_700_000_000_000]);
  });

  it.each([
    ['throttled:5', '429 TooManyRequests'],
    ['unavailable', '503 ServiceUnavailable'],
    ['wrong_sender', '400 DeviceTokenNotForTopic'],
    ['moved:abcd', '410 Unregistered'],
    ['answer:InternalServerError', '500 InternalServerError'],
    ['answer:ExpiredToken', '410 ExpiredToken'],
  ])('answers %s with %s', async (behaviour, expected) => {
    const token = newApnsToken();
    running.simulator.faults.put({ provider: 'apns', token, behaviour });

    const { status, reason, headers } = await push(session, { authorization, token });

    expect(`${status} ${reason}`).toBe(expected);
    expect(headers['retry-after']).toBeUndefined();
  });
});

function newKey(keyId: string, teamId: string): ProviderKey & { publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    keyId,
    teamId,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
  };
}
