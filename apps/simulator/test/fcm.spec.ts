import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { constants, type ClientHttp2Session } from 'node:http2';
import { request as requestHttp1 } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { assertion, bearer, exchange, newFcmToken, sendMessage, type FcmAnswer } from './fcm-client.ts';
import { openStreams } from './raw-client.ts';
import { runningSimulator, send, type Running } from './running-simulator.ts';

const minute = 60_000;

describe('simulated FCM', () => {
  let running: Running;
  let session: ClientHttp2Session;
  let authorization: string;
  let project: string;

  beforeAll(async () => {
    running = await runningSimulator({ SIMULATOR_FCM_DEVICE_PER_MINUTE: '3', SIMULATOR_FCM_PROJECT_PER_MINUTE: '1000' });
    project = running.simulator.accounts.simulated.fcm.project_id;
    session = running.connect('fcm');
  });

  beforeEach(async () => {
    running.clock.advance(2 * minute);
    running.simulator.faults.clear();
    running.simulator.ledger.clear();
    authorization = await bearer(running, session);
  });

  afterAll(() => running.stop());

  const sendTo = (message: object): Promise<FcmAnswer> => sendMessage(session, { authorization, project, message });

  describe('token endpoint', () => {
    it('gives an opaque token for an hour to a known service account', async () => {
      const { status, access_token: token, expires_in: seconds, token_type: type } = await exchange(session, await assertion(running));

      expect([status, seconds, type]).toEqual([200, 3599, 'Bearer']);
      expect(token).toMatch(/^ya29\./);
    });

    it('refuses what Google refuses', async () => {
      const now = Math.floor(running.clock.now() / 1_000);
      const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
      const errorOf = async (given: Parameters<typeof assertion>[1]): Promise<string> => {
        const { status, error } = await exchange(session, await assertion(running, given));
        return `${status} ${error}`;
      };

      expect(await errorOf({ iss: 'nobody@example.com' })).toBe('400 invalid_grant');
      expect(await errorOf({ privateKey: foreign })).toBe('400 invalid_grant');
      expect(await errorOf({ kid: 'deleted' })).toBe('400 invalid_grant');
      expect(await errorOf({ aud: 'https://example.com/token' })).toBe('400 invalid_grant');
      expect(await errorOf({ exp: now + 3_601 })).toBe('400 invalid_grant');
      expect(await errorOf({ iat: now + 301, exp: now + 3_600 })).toBe('400 invalid_grant');
      expect(await errorOf({ iat: now - 4_000, exp: now - 400 })).toBe('400 invalid_grant');
      expect(await errorOf({ scope: 'https://www.googleapis.com/auth/drive' })).toBe('400 invalid_scope');
      expect(await errorOf({ aud: 'https://oauth2.googleapis.com/token' })).toBe('200 undefined');
      expect(await exchange(session, 'abc')).toMatchObject({ status: 400, error: 'invalid_grant' });
      expect(await exchange(session, await assertion(running), 'password')).toMatchObject({ status: 400, error: 'unsupported_grant_type' });
    });
  });

  it('accepts a message and names it', async () => {
    const { status, name } = await sendTo({
      token: newFcmToken(),
      notification: { title: 'Hello' },
      android: { ttl: '60s', priority: 'HIGH' },
    });

    expect(status).toBe(200);
    expect(name).toMatch(new RegExp(`^projects/${project}/messages/.+`));
  });

  it('answers 401 without an FcmError to a token that is unknown or over, 403 for another project', async () => {
    const message = { token: newFcmToken(), data: {} };
    const unknown = await sendMessage(session, { authorization: 'Bearer ya29.x', project, message });
    const foreign = await sendMessage(session, { authorization, project: 'other', message });
    running.clock.advance(61 * minute);
    const over = await sendTo(message);

    expect([unknown.status, unknown.error?.status, unknown.fcmError]).toEqual([401, 'UNAUTHENTICATED', undefined]);
    expect([foreign.status, foreign.error?.status, foreign.fcmError]).toEqual([403, 'PERMISSION_DENIED', undefined]);
    expect(over.status).toBe(401);
  });

  it('serves a page, not JSON, where nothing is: the batch endpoint, the old API, another method', async () => {
    for (const headers of [
      { ':method': 'POST', ':path': '/batch' },
      { ':method': 'POST', ':path': '/fcm/send' },
      { ':method': 'PUT', ':path': `/v1/projects/${project}/messages:send` },
    ]) {
      const { status, headers: answered } = await send(session, { ...headers, authorization }, '{}');

      expect([status, answered['content-type']]).toEqual([404, 'text/html; charset=UTF-8']);
    }
  });

  it('says INVALID_ARGUMENT for a malformed token by its own code and names no field', async () => {
    const { status, error, fcmError, fields } = await sendTo({ token: 'not a token', data: {} });

    expect([status, error?.status, fcmError, fields]).toEqual([400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', undefined]);
  });

  it('says INVALID_ARGUMENT for a bad message with the field that is wrong', async () => {
    const token = newFcmToken();
    const fieldsOf = async (message: object): Promise<unknown> => {
      const { status, error, fields } = await sendTo(message);
      expect([status, error?.status]).toEqual([400, 'INVALID_ARGUMENT']);
      return fields;
    };

    expect(await fieldsOf({ token, data: { a: 'x', n: 1 } })).toEqual(['message.data[1].value']);
    expect(await fieldsOf({ token, shout: true })).toEqual(['message']);
    expect(await fieldsOf({ token, notification: { titel: 'x' } })).toEqual(['message.notification']);
    expect(await fieldsOf({ token, android: { ttl: '5 minutes' } })).toEqual(['message.android.ttl']);
    expect(await fieldsOf({ token, android: { ttl: '2419201s' } })).toEqual(['message.android.ttl']);
    expect(await fieldsOf({ token, android: { ttl: '-1s' } })).toEqual(['message.android.ttl']);
    expect(await fieldsOf({ token, android: { priority: 'URGENT' } })).toEqual(['message.android.priority']);
    expect(await fieldsOf({ token, webpush: { fcm_options: { link: 'http://x' } } })).toEqual(['message.webpush.fcm_options.link']);
    expect(await fieldsOf({ token, topic: 'news' })).toEqual(['message']);
    expect(await fieldsOf({ data: {} })).toEqual(['message']);
    expect(await fieldsOf({ condition: Array.from('abcdef', (topic) => `'${topic}' in topics`).join(' || ') })).toEqual([
      'message.condition',
    ]);
  });

  it.each(['from', 'message_type', 'google.x', 'gcm.x'])('keeps the data key %s to itself', async (key) => {
    const { status, fields } = await sendTo({ token: newFcmToken(), data: { [key]: 'x' } });

    expect([status, fields]).toEqual([400, ['message.data']]);
  });

  it('takes the lowerCamelCase names of the JSON form too', async () => {
    expect((await sendTo({ token: newFcmToken(), android: { collapseKey: 'a', notification: { channelId: 'b' } } })).status).toBe(200);
  });

  it('takes 4096 bytes of data and notification, 2048 to a topic', async () => {
    const sized = (bytes: number): object => ({ data: { key: 'x'.repeat(bytes - 3) } });
    const token = newFcmToken();

    expect((await sendTo({ token, ...sized(4096) })).status).toBe(200);
    expect((await sendTo({ token, ...sized(4097) })).fields).toEqual(['message']);
    expect((await sendTo({ topic: 'news', ...sized(2048) })).status).toBe(200);
    expect((await sendTo({ topic: 'news', ...sized(2049) })).status).toBe(400);
    const relayed = await sendTo({ token, apns: { payload: { aps: { alert: 'x'.repeat(5000) } } } });
    expect(relayed.error?.details).toContainEqual(expect.objectContaining({ statusCode: 413, reason: 'PayloadTooLarge' }));
  });

  it('says which JSON it cannot read', async () => {
    const { status, error } = await sendMessage(session, { authorization, project, raw: '{' });

    expect([status, error?.status]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('keeps a token with the project it was first sent to', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const iss = 'other@other-project.iam.gserviceaccount.com';
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    await running.control('PUT', '/accounts', {
      fcm: [{ projectId: 'other-project', clientEmail: iss, privateKeyId: 'k2', publicKey: pem }],
    });
    const signed = await assertion(running, { iss, kid: 'k2', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) });
    const { access_token: other } = await exchange(session, signed);
    const token = newFcmToken();
    await sendTo({ token, data: {} });

    const { status, error, fcmError } = await sendMessage(session, {
      authorization: `Bearer ${other}`,
      project: 'other-project',
      message: { token, data: {} },
    });

    expect([status, error?.status, fcmError]).toEqual([403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH']);
  });

  it.each([
    ['invalid', 404, 'NOT_FOUND', 'UNREGISTERED', undefined],
    ['invalid_since:1700000000000', 404, 'NOT_FOUND', 'UNREGISTERED', undefined],
    ['wrong_sender', 403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH', undefined],
    ['throttled:7', 429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED', '7'],
    ['unavailable', 503, 'UNAVAILABLE', 'UNAVAILABLE', '1'],
    ['unavailable:30', 503, 'UNAVAILABLE', 'UNAVAILABLE', '30'],
    ['answer:INTERNAL', 500, 'INTERNAL', 'INTERNAL', undefined],
    ['answer:UNAUTHENTICATED', 401, 'UNAUTHENTICATED', undefined, undefined],
    ['answer:THIRD_PARTY_AUTH_ERROR', 401, 'UNAUTHENTICATED', 'THIRD_PARTY_AUTH_ERROR', undefined],
    ['answer:INVALID_ARGUMENT_PAYLOAD', 400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', undefined],
    ['answer:APNS_UNREGISTERED', 400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', undefined],
  ])('answers %s with %i %s, FcmError %s', async (behaviour, code, status, fcmError, retryAfter) => {
    const token = newFcmToken();
    running.simulator.faults.put({ provider: 'fcm', token, behaviour });

    const answer = await sendTo({ token, data: {} });

    expect([answer.status, answer.error?.code, answer.error?.status, answer.fcmError]).toEqual([code, code, status, fcmError]);
    expect(answer.headers['retry-after']).toBe(retryAfter);
  });

  it('limits the messages of a device and of a project, and says when there is room again', async () => {
    const token = newFcmToken();
    const answers = [];
    for (let i = 0; i < 4; i += 1) answers.push(await sendTo({ token, data: {} }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect([answers[3]?.fcmError, answers[3]?.headers['retry-after']]).toEqual(['QUOTA_EXCEEDED', '60']);

    const rest = await Promise.all(Array.from({ length: 1_000 }, () => sendMessage(session, { authorization, project, raw: '{}' })));
    expect(rest.filter(({ status }) => status === 429)).toHaveLength(4);
    expect(rest.at(-1)?.error?.details).toContainEqual(expect.objectContaining({ '@type': 'type.googleapis.com/google.rpc.QuotaFailure' }));

    running.clock.advance(minute);
    expect((await sendTo({ token, data: {} })).status).toBe(200);
  });

  it('only checks with validate_only: nothing is recorded or arrives', async () => {
    const token = newFcmToken();
    const arrived: unknown[] = [];
    running.simulator.devices.watch([token], (_device, arrival) => arrived.push(arrival));

    const good = await sendMessage(session, {
      authorization,
      project,
      raw: JSON.stringify({ validate_only: true, message: { token, data: {} } }),
    });
    running.simulator.faults.put({ provider: 'fcm', token, behaviour: 'invalid' });
    const dead = await sendMessage(session, {
      authorization,
      project,
      raw: JSON.stringify({ validateOnly: true, message: { token, data: {} } }),
    });

    expect([good.status, good.name, dead.status]).toEqual([200, `projects/${project}/messages/fake_message_id`, 404]);
    expect(running.simulator.ledger.counts().fcm).toMatchObject({ requests: 2, accepted: 0, validated: 1, rejected: 1 });
    expect([running.simulator.ledger.find({}), arrived]).toEqual([[], []]);
  });

  it('allows 100 streams and ends the connection of a client that opens one more', async () => {
    const within = await openStreams(running, 100);
    const beyond = await openStreams(running, 101);

    expect(within).toBe('still open');
    expect(beyond).toBe(`GOAWAY ${constants.NGHTTP2_PROTOCOL_ERROR}`);
    expect(running.simulator.ledger.counts().fcm.maxStreams).toBe(100);
  });

  it('speaks HTTP/1.1 to those who ask for it', async () => {
    const { host, port, ca } = running.simulator.listeners.fcm;
    const request = requestHttp1({
      host,
      port,
      ca,
      method: 'POST',
      path: `/v1/projects/${project}/messages:send`,
      headers: { authorization },
    });
    request.end(JSON.stringify({ message: { token: newFcmToken(), notification: { body: 'x' } } }));

    const [response] = (await once(request, 'response')) as [IncomingMessage];

    expect([response.statusCode, response.httpVersion]).toEqual([200, '1.1']);
    expect(JSON.parse(await text(response))).toHaveProperty('name');
  });
});
