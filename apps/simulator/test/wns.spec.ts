import { randomUUID } from 'node:crypto';
import { Http1Client } from './http1-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

const toast = (launch = '') =>
  `<toast launch="${launch}"><visual><binding template="ToastGeneric"><text>Hello</text><text>World</text></binding></visual></toast>`;
const carillon = (send: string) => JSON.stringify({ k: 'v', carillon: { v: 1, send, receipt: 'r' } }).replaceAll('"', '&quot;');
const day = 86_400_000;

let running: Running;
let client: Http1Client;
let authorization: string;
let entra: string;
let channels = 0;

const entraApp = { tenantId: randomUUID(), clientId: randomUUID(), clientSecret: 'a secret of Entra' };

beforeAll(async () => {
  running = await runningSimulator();
  client = new Http1Client(running.simulator.listeners.wns);
  await running.control('PUT', '/accounts', { wns: [entraApp] });
  authorization = await tokenOfPackage();
  entra = await tokenOfEntra();
});

afterEach(() => running.control('DELETE', '/faults'));

afterAll(async () => {
  client.close();
  await running.stop();
});

const packageForm = () => {
  const { packageSid, clientSecret } = running.simulator.accounts.simulated.wns;
  return { grant_type: 'client_credentials', client_id: packageSid, client_secret: clientSecret, scope: 'notify.windows.com' };
};
const entraForm = () => ({
  ...{ grant_type: 'client_credentials', client_id: entraApp.clientId, client_secret: entraApp.clientSecret },
  scope: 'https://wns.windows.com/.default',
});
const entraPath = `/${entraApp.tenantId}/oauth2/v2.0/token`;

async function tokenOf(path: string, form: Record<string, string>): Promise<string> {
  return `Bearer ${(JSON.parse((await client.form(path, form)).body) as { access_token: string }).access_token}`;
}
const tokenOfPackage = () => tokenOf('/accesstoken.srf', packageForm());
const tokenOfEntra = () => tokenOf(entraPath, entraForm());

function newChannel(): { host: string; path: string; url: string } {
  const path = `/?token=AwYAAA${channels++}%2Bx`;
  return { host: 'db5p.notify.windows.com', path, url: `https://db5p.notify.windows.com${path}` };
}

async function notify(
  changes: { headers?: Record<string, string | undefined>; body?: string; channel?: ReturnType<typeof newChannel>; method?: string } = {},
) {
  const { channel = newChannel(), body = toast(), method = 'POST' } = changes;
  const headers: Record<string, string | undefined> = {
    ...{ host: channel.host, authorization, 'content-type': 'text/xml', 'x-wns-type': 'wns/toast', 'x-wns-requestforstatus': 'true' },
    ...{ 'content-length': String(Buffer.byteLength(body)), ...changes.headers },
  };
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<string, string>;
  return client.send(channel.path, given, body, method);
}

describe('the token endpoints of WNS', () => {
  it('give a day to an app of the Store, as a number', async () => {
    expect(JSON.parse((await client.form('/accesstoken.srf', packageForm())).body)).toMatchObject({
      token_type: 'bearer',
      expires_in: 86_400,
    });
  });

  it('give a day to an app of Entra ID, as a text', async () => {
    expect(JSON.parse((await client.form(entraPath, entraForm())).body)).toMatchObject({ token_type: 'Bearer', expires_in: '86399' });
  });

  it.each<[string, string, () => Record<string, string>, number, string]>([
    ['a wrong secret', '/accesstoken.srf', () => ({ ...packageForm(), client_secret: 'x' }), 400, 'invalid_client'],
    ['a wrong scope', '/accesstoken.srf', () => ({ ...packageForm(), scope: 'x' }), 400, 'invalid_scope'],
    ['another grant', '/accesstoken.srf', () => ({ ...packageForm(), grant_type: 'password' }), 400, 'unsupported_grant_type'],
    ['nobody', '/accesstoken.srf', () => ({ grant_type: 'client_credentials' }), 400, 'invalid_request'],
    ['a client of the other system', '/accesstoken.srf', () => ({ ...entraForm(), scope: 'notify.windows.com' }), 400, 'invalid_client'],
    ['a package at Entra ID', entraPath, () => ({ ...packageForm(), scope: 'https://wns.windows.com/.default' }), 401, 'invalid_client'],
    ['the wrong tenant', `/${randomUUID()}/oauth2/v2.0/token`, entraForm, 401, 'invalid_client'],
    ['the scope of the other system', entraPath, () => ({ ...entraForm(), scope: 'notify.windows.com' }), 400, 'invalid_scope'],
  ])('refuse %s', async (_what, path, form, status, error) => {
    const answer = await client.form(path, form());

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error });
  });
});

describe('simulated WNS', () => {
  it('takes a toast, and rings the phone that has the channel', async () => {
    const channel = newChannel();
    running.simulator.devices.announce({ installation: 'pc-1', provider: 'wns', platform: 'windows', token: channel.url });

    const answer = await notify({ channel, body: toast(carillon('send-7')), headers: { 'x-wns-tag': 'score' } });

    expect(answer).toMatchObject({ status: 200, headers: { 'x-wns-status': 'received', 'x-wns-deviceconnectionstatus': 'connected' } });
    expect(answer.headers['x-wns-msg-id']).toMatch(/^[0-9A-F]{16}$/);
    expect(running.simulator.devices.findInbox('pc-1')?.arrivals).toMatchObject([
      { title: 'Hello', body: 'World', data: { k: 'v' }, sendId: 'send-7', collapseId: 'score' },
    ]);
    expect(running.simulator.ledger.find({ provider: 'wns', token: channel.url })).toMatchObject([
      { send: 'send-7', receipt: 'r', body: expect.stringContaining('<toast') as string, headers: { 'x-wns-type': 'wns/toast' } },
    ]);
  });

  it('says nothing of the device where nobody asked', async () => {
    const { headers } = await notify({ headers: { 'x-wns-requestforstatus': undefined } });

    expect(headers).not.toHaveProperty('x-wns-status');
    expect(headers).not.toHaveProperty('x-wns-deviceconnectionstatus');
  });

  it('takes tiles, badges and what is raw', async () => {
    const channel = newChannel();
    running.simulator.devices.announce({ installation: 'pc-2', provider: 'wns', platform: 'windows', token: channel.url });
    const tile = '<tile><visual><binding template="TileMedium"><text>a</text></binding></visual></tile>';

    const statuses = [
      await notify({ channel, body: tile, headers: { 'x-wns-type': 'wns/tile' } }),
      await notify({ channel, body: '<badge value="7"/>', headers: { 'x-wns-type': 'wns/badge' } }),
      await notify({
        channel,
        body: '{"k":"v","carillon":{"send":"s"}}',
        headers: { 'x-wns-type': 'wns/raw', 'content-type': 'application/octet-stream' },
      }),
    ].map(({ status }) => status);

    expect(statuses).toEqual([200, 200, 200]);
    expect(running.simulator.devices.findInbox('pc-2')?.arrivals).toMatchObject([
      { title: 'a', body: null },
      { title: null, data: { badge: '7' } },
      { title: null, data: { k: 'v' }, sendId: 's' },
    ]);
  });

  it.each([
    ['unclosed', '<toast><visual>'],
    ['with an unescaped ampersand', toast('a&b=1').replace('Hello', 'A &foo; B')],
    ['of another kind', '<tile><visual><binding><text>x</text></binding></visual></tile>'],
    ['without anything to show', '<toast/>'],
  ])('takes XML that is %s, and the device drops it', async (_what, body) => {
    const channel = newChannel();
    running.simulator.devices.announce({ installation: channel.path, provider: 'wns', platform: 'windows', token: channel.url });

    expect(await notify({ channel, body })).toMatchObject({ status: 200, headers: { 'x-wns-status': 'received' } });
    expect(running.simulator.devices.findInbox(channel.path)?.arrivals).toEqual([]);
  });

  it('keeps the newest toast for a device that is off, unless that is not wanted', async () => {
    const channel = newChannel();
    running.simulator.devices.announce({ installation: 'pc-3', provider: 'wns', platform: 'windows', token: channel.url });
    running.simulator.devices.setOnline('pc-3', false);

    const kept = [await notify({ channel }), await notify({ channel, body: toast().replace('Hello', 'Second') })];
    const dropped = await notify({ channel, headers: { 'x-wns-cache-policy': 'no-cache' } });
    running.simulator.devices.setOnline('pc-3', true);

    for (const { headers } of kept)
      expect(headers).toMatchObject({ 'x-wns-status': 'received', 'x-wns-deviceconnectionstatus': 'disconnected' });
    expect(dropped.headers).toMatchObject({ 'x-wns-status': 'dropped', 'x-wns-deviceconnectionstatus': 'disconnected' });
    expect(running.simulator.devices.findInbox('pc-3')?.arrivals).toMatchObject([{ title: 'Second' }]);
  });

  it.each<[string, Parameters<typeof notify>[0], number]>([
    ['another method', { method: 'PUT' }, 405],
    ['no token', { headers: { authorization: undefined } }, 401],
    ['a token that was never issued', { headers: { authorization: 'Bearer x' } }, 401],
    ['a host that is not WNS', { headers: { host: 'evil.example' } }, 404],
    ['a channel without a token', { channel: { host: 'db5p.notify.windows.com', path: '/', url: '' } }, 404],
    ['no type', { headers: { 'x-wns-type': undefined } }, 400],
    ['an unknown type', { headers: { 'x-wns-type': 'wns/phone' } }, 400],
    ['a type that contradicts the content', { headers: { 'x-wns-type': 'wns/raw' } }, 400],
    ['no content type', { headers: { 'content-type': undefined } }, 400],
    ['no length', { headers: { 'content-length': undefined, 'transfer-encoding': 'chunked' } }, 400],
    ['a tag that is too long', { headers: { 'x-wns-tag': 'x'.repeat(17) } }, 400],
    ['a tag with a hyphen', { headers: { 'x-wns-tag': 'a-b' } }, 400],
    ['a group that is too long', { headers: { 'x-wns-group': 'x'.repeat(17) } }, 400],
    ['a badge with a group', { headers: { 'x-wns-group': 'g', 'x-wns-type': 'wns/badge' } }, 400],
    ['a priority of 5', { headers: { 'x-wns-priority': '5' } }, 400],
    ['a strange cache policy', { headers: { 'x-wns-cache-policy': 'maybe' } }, 400],
    ['a time to live that is no number', { headers: { 'x-wns-ttl': '1h' } }, 400],
    ['5,001 bytes', { body: 'x'.repeat(5_001) }, 413],
  ])('refuses %s', async (_what, changes, status) => {
    const answer = await notify(changes);

    expect(answer.status).toBe(status);
    expect(answer.headers['x-wns-error-description']).toEqual(expect.any(String));
  });

  it('takes 5,000 bytes', async () => {
    expect((await notify({ body: 'x'.repeat(5_000) })).status).toBe(200);
  });

  it('knows whose channel it is', async () => {
    const channel = newChannel();

    expect((await notify({ channel })).status).toBe(200);
    expect((await notify({ channel, headers: { authorization: entra } })).status).toBe(403);
  });

  it('has toasts and raw notifications only for apps of Entra ID', async () => {
    const badge = { body: '<badge value="1"/>', headers: { authorization: entra, 'x-wns-type': 'wns/badge' } };

    expect((await notify({ headers: { authorization: entra } })).status).toBe(200);
    expect((await notify(badge)).status).toBe(400);
  });

  it('lets a channel end after thirty days, and a token after one', async () => {
    const channel = newChannel();
    await notify({ channel });

    running.clock.advance(day);
    expect((await notify({ channel })).status).toBe(401);
    authorization = await tokenOfPackage();
    running.clock.advance(29 * day - 1_000);
    authorization = await tokenOfPackage();
    expect((await notify({ channel })).status).toBe(200);
    running.clock.advance(1_000);
    expect(await notify({ channel })).toMatchObject({ status: 410, headers: { 'x-wns-error-description': 'The channel expired.' } });
    entra = await tokenOfEntra();
  });

  it.each<[string, number, Record<string, unknown>]>([
    ['throttled:7', 406, { 'retry-after': '7' }],
    ['unavailable:3', 503, { 'retry-after': '3' }],
    ['invalid', 410, {}],
    ['invalid_since:5', 410, {}],
    ['moved:x', 410, {}],
    ['wrong_sender', 403, {}],
    ['answer:dropped', 200, { 'x-wns-status': 'dropped' }],
    ['answer:channelthrottled', 200, { 'x-wns-status': 'channelthrottled' }],
    ['answer:disconnected', 200, { 'x-wns-status': 'received', 'x-wns-deviceconnectionstatus': 'disconnected' }],
    ['answer:domain_blocked', 410, { 'x-wns-error-description': 'Domain Blocked' }],
    ['answer:412', 412, {}],
    ['answer:404', 404, {}],
    ['answer:500', 500, {}],
    ['goaway', 503, { connection: 'close' }],
  ])('%s is %i', async (behaviour, status, headers) => {
    const channel = newChannel();
    await running.control('PUT', '/faults', { provider: 'wns', token: channel.url, behaviour });

    expect(await notify({ channel })).toMatchObject({ status, headers });
  });

  it('says what it has no answer for', async () => {
    expect(await running.control('PUT', '/faults', { provider: 'wns', behaviour: 'answer:Unregistered' })).toMatchObject({ status: 400 });
  });

  it('breaks connections', async () => {
    const channel = newChannel();
    await running.control('PUT', '/faults', { provider: 'wns', token: channel.url, behaviour: 'reset' });

    await expect(notify({ channel })).rejects.toThrow();
  });
});
