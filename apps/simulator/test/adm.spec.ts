import { Http1Client } from './http1-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

let running: Running;
let client: Http1Client;
let authorization: string;
let registrations = 0;

beforeAll(async () => {
  running = await runningSimulator();
  client = new Http1Client(running.simulator.listeners.adm);
  authorization = await login();
});

afterEach(() => running.control('DELETE', '/faults'));

afterAll(async () => {
  client.close();
  await running.stop();
});

const form = () => {
  const { clientId, clientSecret } = running.simulator.accounts.simulated.adm;
  return { grant_type: 'client_credentials', scope: 'messaging:push', client_id: clientId, client_secret: clientSecret };
};

async function login(fields: Record<string, string> = form()): Promise<string> {
  return `Bearer ${(JSON.parse((await client.form('/auth/O2/token', fields)).body) as { access_token: string }).access_token}`;
}

const newRegistration = () => `amzn1.adm-registration.v3.${'r'.repeat(20)}${registrations++}`;

async function push(message: unknown, changes: { registration?: string; headers?: Record<string, string> } = {}) {
  const { registration = newRegistration(), headers } = changes;
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const answer = await client.send(
    `/messaging/registrations/${encodeURIComponent(registration)}/messages`,
    {
      ...{ authorization, 'content-type': 'application/json', accept: 'application/json' },
      'x-amzn-type-version': 'com.amazon.device.messaging.ADMMessage@1.0',
      'x-amzn-accept-type': 'com.amazon.device.messaging.ADMSendResult@1.0',
      ...headers,
    },
    body,
  );
  return { ...answer, body: JSON.parse(answer.body) as { registrationID?: string; reason?: string } };
}

describe('Login with Amazon', () => {
  it('gives an hour', async () => {
    expect(JSON.parse((await client.form('/auth/O2/token', form())).body)).toMatchObject({
      ...{ expires_in: 3_600, token_type: 'bearer', scope: 'messaging:push' },
    });
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['a wrong secret', { client_secret: 'x' }, 401, 'INVALID_CLIENT'],
    ['an unknown client', { client_id: 'x' }, 401, 'INVALID_CLIENT'],
    ['a wrong scope', { scope: 'x' }, 400, 'INVALID_SCOPE'],
    ['another grant', { grant_type: 'password' }, 400, 'UNSUPPORTED_GRANT_TYPE'],
  ])('refuses %s', async (_what, changes, status, error) => {
    const answer = await client.form('/auth/O2/token', { ...form(), ...changes });

    expect({ status: answer.status, body: JSON.parse(answer.body) as object }).toMatchObject({ status, body: { error } });
  });
});

describe('simulated ADM', () => {
  it('takes a message, and rings the device', async () => {
    const registration = newRegistration();
    running.simulator.devices.announce({ installation: 'fire-1', provider: 'adm', platform: 'fireos', token: registration });
    const data = { k: 'v', carillon: JSON.stringify({ send: 'send-9', receipt: 'r' }) };

    const answer = await push({ data, notification: { title: 'Hello', body: 'World' }, consolidationKey: 'c' }, { registration });

    expect(answer).toMatchObject({ status: 200, body: { registrationID: registration } });
    expect(answer.headers).toMatchObject({ 'x-amzn-data-md5': expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/) as string });
    expect(running.simulator.devices.findInbox('fire-1')?.arrivals).toMatchObject([
      { title: 'Hello', body: 'World', data: { k: 'v' }, sendId: 'send-9', collapseId: 'c' },
    ]);
  });

  it.each([
    [{ message: 'your message' }, 'qzF+HgArKZjJrpfcTbiFxg=='],
    [{ b: '2', a: '1', message: 'héllo' }, 'vsdTNH/mTTaitzDCXkdUZw=='],
  ])('checks the checksum of %j', async (data, md5) => {
    expect(await push({ data, md5 })).toMatchObject({ status: 200, headers: { 'x-amzn-data-md5': md5 } });
    expect(await push({ data: { ...data, more: '' }, md5 })).toMatchObject({ status: 400, body: { reason: 'InvalidChecksum' } });
  });

  it.each<[string, unknown, number, string]>([
    ['no JSON', '{', 400, 'InvalidData'],
    ['data that is no text', { data: { a: 1 } }, 400, 'InvalidData'],
    ['nothing', {}, 400, 'InvalidData'],
    ['an unknown member', { data: { a: 'b' }, ttl: 5 }, 400, 'InvalidData'],
    ['a priority that is none', { data: { a: 'b' }, priority: 'urgent' }, 400, 'InvalidData'],
    ['a consolidation key of 65 characters', { data: { a: 'b' }, consolidationKey: 'x'.repeat(65) }, 400, 'InvalidConsolidationKey'],
    ['a time that is too short', { data: { a: 'b' }, expiresAfter: 59 }, 400, 'InvalidExpiration'],
    ['a time that is too long', { data: { a: 'b' }, expiresAfter: 2_678_401 }, 400, 'InvalidExpiration'],
    ['a time as a text', { data: { a: 'b' }, expiresAfter: '600' }, 400, 'InvalidExpiration'],
    ['6,145 bytes', { data: { a: 'x'.repeat(6_144) } }, 413, 'MessageTooLarge'],
    ['6,145 bytes of both', { data: { a: 'x'.repeat(6_000) }, notification: { title: 'ü'.repeat(70) } }, 413, 'MessageTooLarge'],
  ])('refuses %s', async (_what, message, status, reason) => {
    expect(await push(message)).toMatchObject({ status, body: { reason } });
  });

  it('takes 6,144 bytes', async () => {
    expect((await push({ data: { a: 'x'.repeat(6_143) } })).status).toBe(200);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['another version', { 'x-amzn-type-version': 'com.amazon.device.messaging.ADMMessage@2.0' }, 400, 'InvalidType'],
    ['another answer', { 'x-amzn-accept-type': 'x' }, 400, 'InvalidType'],
    ['no JSON', { 'content-type': 'text/plain' }, 400, 'InvalidType'],
    ['no token', { authorization: '' }, 401, 'AccessTokenExpired'],
  ])('refuses headers that say %s', async (_what, headers, status, reason) => {
    expect(await push({ data: { a: 'b' } }, { headers })).toMatchObject({ status, body: { reason } });
  });

  it('knows the registrations of another security profile', async () => {
    const registration = newRegistration();
    await push({ data: { a: 'b' } }, { registration });
    await running.control('PUT', '/accounts', { adm: [{ clientId: 'amzn1.other', clientSecret: 'other' }] });
    const other = await login({ ...form(), client_id: 'amzn1.other', client_secret: 'other' });

    expect(await push({ data: { a: 'b' } }, { registration, headers: { authorization: other } })).toMatchObject({
      ...{ status: 400, body: { reason: 'InvalidRegistrationId' } },
    });
  });

  it.each<[string, number, Record<string, unknown>, string | undefined]>([
    ['invalid', 400, {}, 'Unregistered'],
    ['wrong_sender', 400, {}, 'InvalidRegistrationId'],
    ['throttled:17', 429, { 'retry-after': '17' }, 'MaxRateExceeded'],
    ['unavailable:60', 503, { 'retry-after': 'Sun, 22 Nov 2026 12:01:00 GMT' }, undefined],
    ['answer:InvalidChecksum', 400, {}, 'InvalidChecksum'],
    ['answer:AccessTokenExpired', 401, {}, 'AccessTokenExpired'],
    ['answer:500', 500, {}, undefined],
  ])('%s is %i', async (behaviour, status, headers, reason) => {
    const registration = newRegistration();
    await running.control('PUT', '/faults', { provider: 'adm', token: registration, behaviour });
    const answer = await push({ data: { a: 'b' } }, { registration });

    expect(answer).toMatchObject({ status, headers });
    expect(answer.body.reason).toBe(reason);
  });

  it('takes a message for an old registration id and names the new one', async () => {
    const registration = newRegistration();
    const canonical = newRegistration();
    await running.control('PUT', '/faults', { provider: 'adm', token: registration, behaviour: `moved:${canonical}` });

    expect(await push({ data: { a: 'b' } }, { registration })).toMatchObject({ status: 200, body: { registrationID: canonical } });
  });

  it('lets a token end after an hour', async () => {
    running.clock.advance(3_600_000);

    expect(await push({ data: { a: 'b' } })).toMatchObject({ status: 401, body: { reason: 'AccessTokenExpired' } });
    authorization = await login();
    expect((await push({ data: { a: 'b' } })).status).toBe(200);
  });

  it('has nothing else', async () => {
    expect((await client.send('/messaging/topics/x/messages', {}, '')).status).toBe(404);
  });
});
