import { createPrivateKey, sign } from 'node:crypto';
import type { ClientHttp2Session } from 'node:http2';
import { assertion, bearer, exchange, messagingScope, newFcmToken, sendMessage } from './fcm-client.ts';
import { runningSimulator, send, type Running } from './running-simulator.ts';

describe('simulated FCM, to clients as they are', () => {
  let running: Running;
  let session: ClientHttp2Session;
  let authorization: string;
  let project: string;

  beforeAll(async () => {
    running = await runningSimulator();
    session = running.connect('fcm');
    authorization = await bearer(running, session);
    project = running.simulator.accounts.simulated.fcm.project_id;
  });

  afterAll(() => running.stop());

  const sendTo = (message: object) => sendMessage(session, { authorization, project, message });

  it('takes an assertion whose header names no key, as google-auth-library signs it, and no wrong signature', async () => {
    const { fcm } = running.simulator.accounts.simulated;
    const iat = Math.floor(running.clock.now() / 1_000);
    const aud = running.simulator.listeners.fcm.tokenUrl;
    const claims = { iss: fcm.client_email, scope: messagingScope, aud, iat, exp: iat + 3_600 };
    const text = [{ alg: 'RS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const signature = sign('sha256', Buffer.from(text), createPrivateKey(fcm.private_key)).toString('base64url');

    expect(await exchange(session, `${text}.${signature}`)).toMatchObject({ status: 200, token_type: 'Bearer' });
    expect(await exchange(session, `${text}.${signature.slice(0, -8)}AAAAAAAA`)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await exchange(session, await assertion(running, { kid: '' }))).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it.each([
    ['Bearer ya29.over', 'ACCESS_TOKEN_EXPIRED', /^Bearer realm=.*error="invalid_token"$/],
    ['', 'CREDENTIALS_MISSING', /^Bearer realm="[^"]+"$/],
  ])('says to %j why it is 401, so that a client gets a new token', async (given, reason, authenticate) => {
    const { status, error, headers } = await sendMessage(session, { authorization: given, project, message: { token: newFcmToken() } });

    expect([status, error?.status]).toEqual([401, 'UNAUTHENTICATED']);
    expect(error?.details).toEqual([expect.objectContaining({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason })]);
    expect(headers['www-authenticate']).toMatch(authenticate);
  });

  it('says with 403 which permission is missing, and where', async () => {
    const { error } = await sendMessage(session, { authorization, project: 'foreign', message: { token: newFcmToken() } });

    const metadata = { permission: 'cloudmessaging.messages.create', resource: 'projects/foreign' };
    expect(error?.details).toEqual([expect.objectContaining({ reason: 'IAM_PERMISSION_DENIED', metadata })]);
  });

  it('takes 20 messages with a collapse key for a device at once, and one more after three minutes', async () => {
    const message = { token: newFcmToken(), android: { collapse_key: 'score' }, data: {} };
    const statuses: number[] = [];
    for (let i = 0; i < 21; i += 1) statuses.push((await sendTo(message)).status);
    const refused = await sendTo(message);

    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 200), 429]);
    expect([refused.fcmError, refused.headers['retry-after']]).toEqual(['QUOTA_EXCEEDED', '180']);
    expect((await sendTo({ ...message, android: {} })).status).toBe(200);
    expect((await sendTo({ ...message, token: newFcmToken() })).status).toBe(200);
    running.clock.advance(180_000);
    expect([(await sendTo(message)).status, (await sendTo(message)).status]).toEqual([200, 429]);
  });

  it.each<[string, object]>([
    ['message.fcm_options.analytics_label', { fcm_options: { analytics_label: 'a b' } }],
    ['message.android.fcm_options.analytics_label', { android: { fcmOptions: { analyticsLabel: 'x'.repeat(51) } } }],
    ['message.apns.fcm_options.analytics_label', { apns: { fcm_options: { analytics_label: 'ä' } } }],
    ['message.android.restricted_package_name', { android: { restricted_package_name: 'one' } }],
    ['message.android.notification.color', { android: { notification: { color: 'red' } } }],
    ['message.android.notification.event_time', { android: { notification: { event_time: 'tomorrow' } } }],
    ['message.android.notification.notification_count', { android: { notification: { notificationCount: -1 } } }],
    ['message.android.notification.vibrate_timings', { android: { notification: { vibrate_timings: ['1s', 'x'] } } }],
    [
      'message.android.notification.light_settings.color',
      { android: { notification: { light_settings: { light_on_duration: '1s', lightOffDuration: '1s' } } } },
    ],
    ['message.apns.headers', { apns: { headers: { 'apns-priority': '7' } } }],
    ['message.apns.headers', { apns: { headers: { 'apns-expiration': 'never' } } }],
    ['message.apns.headers', { apns: { headers: { 'apns-collapse-id': 'x'.repeat(65) } } }],
    ['message.webpush.headers', { webpush: { headers: { TTL: '-1' } } }],
    ['message.webpush.headers', { webpush: { headers: { Urgency: 'urgent' } } }],
    ['message.webpush.headers', { webpush: { headers: { topic: 'a b' } } }],
  ])('refuses what FCM documents otherwise of %s', async (field, part) => {
    const { status, fields } = await sendTo({ token: newFcmToken(), ...part });

    expect([status, fields]).toEqual([400, [field]]);
  });

  it('takes all of that as it is documented', async () => {
    const lights = { color: { red: 1 }, light_on_duration: '0.5s', light_off_duration: '1s' };
    const notification = {
      color: '#00ff7F',
      event_time: '2026-11-22T12:00:00.5Z',
      vibrate_timings: ['1s', '0.5s'],
      light_settings: lights,
    };
    const message = {
      fcm_options: { analytics_label: 'autumn-1_a.b~c%20' },
      android: { restricted_package_name: 'org.example.app', notification },
      apns: { headers: { 'apns-priority': '5', 'apns-expiration': '0' } },
      webpush: { headers: { TTL: '60', Urgency: 'very-low', Topic: 'score' } },
    };

    expect(await sendTo({ token: newFcmToken(), ...message })).toMatchObject({ status: 200 });
  });

  it('puts tokens on a topic and takes them off, with a result for each', async () => {
    const [good, dead] = [newFcmToken(), newFcmToken()];
    running.simulator.faults.put({ provider: 'fcm', token: dead, behaviour: 'invalid' });
    const ask = async (call: string, body: object, headers: object = { authorization, access_token_auth: 'true' }) => {
      const answer = await send(session, { ':method': 'POST', ':path': `/iid/v1:${call}`, ...headers }, JSON.stringify(body));
      return [answer.status, JSON.parse(answer.body)] as unknown;
    };
    const asked = { to: '/topics/news', registration_tokens: [good, dead, 'not a token'] };
    const results = [{}, { error: 'NOT_FOUND' }, { error: 'INVALID_ARGUMENT' }];

    for (const call of ['batchAdd', 'batchRemove']) expect(await ask(call, asked)).toEqual([200, { results }]);
    expect(await ask('batchAdd', { ...asked, to: 'news' })).toMatchObject([400, { error: 'InvalidTopicName' }]);
    expect(await ask('batchAdd', { ...asked, registration_tokens: [] })).toMatchObject([400, { error: 'InvalidTokenList' }]);
    expect(await ask('batchAdd', { ...asked, registration_tokens: Array.from({ length: 1_001 }, () => good) })).toMatchObject([400, {}]);
    expect(await ask('batchAdd', asked, { authorization })).toMatchObject([401, {}]);
    expect(await ask('batchAdd', asked, { access_token_auth: 'true' })).toMatchObject([401, {}]);
  });
});
