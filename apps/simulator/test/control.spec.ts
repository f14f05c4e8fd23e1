import { statSync, readdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions } from 'node:tls';

import { BUILT_PROVIDERS, messageId } from '#libs/kernel';
import { settings } from '../src/settings.ts';
import { Simulator } from '../src/simulator.ts';
import { newApnsToken, providerToken, push } from './apns-client.ts';
import { bearer, newFcmToken, sendMessage } from './fcm-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

interface Entry {
  readonly provider: string;
  readonly token: string;
  readonly send: string;
  readonly at: string;
  readonly headers: Record<string, string>;
  readonly body: { readonly aps: unknown };
}

describe('the control API of the simulators', () => {
  let running: Running;

  beforeEach(async () => {
    running = await runningSimulator();
  });

  afterEach(() => running.stop());

  const pushFor = async (send: string, installation: string, token = newApnsToken()): Promise<string> => {
    const carillon = { v: 1, send, receipt: messageId(send, installation), link: 'app://x' };
    const body = JSON.stringify({ aps: { alert: { title: 'T', body: 'B' } }, orderId: 'A-17', carillon });
    await push(running.connect('apns'), { authorization: await providerToken(running), token, body });
    return token;
  };

  it('says where the providers listen, whom they trust and that it is well', async () => {
    const { body: listeners } = await running.control('GET', '/listeners');
    const { body: health } = await running.control('GET', '/healthz');

    expect(listeners).toEqual(JSON.parse(JSON.stringify(running.simulator.listeners)));
    expect(listeners).toMatchObject({
      apns: { host: '127.0.0.1', sandbox: {} },
      fcm: { tokenUrl: expect.stringMatching(/^https:.*\/token$/) as string },
    });
    expect(health).toEqual({ status: 'ok' });
  });

  it('shows the simulated accounts with what it takes to sign', async () => {
    const { body } = await running.control('GET', '/accounts');

    expect(body).toMatchObject({
      apns: { privateKey: expect.stringContaining('PRIVATE KEY') as string },
      fcm: { type: 'service_account' },
    });
  });

  it('records an accepted request without its credentials, and finds it by provider, token, send and installation', async () => {
    const token = await pushFor('send-1', 'phone-1');
    await pushFor('send-1', 'phone-2');
    await pushFor('send-2', 'phone-1');
    const find = async (query: string): Promise<Entry[]> => (await running.control('GET', `/ledger?${query}`)).body;

    const [entry] = await find(`token=${token.toUpperCase()}`);

    expect(entry).toMatchObject({ provider: 'apns', token, send: 'send-1', at: '2026-11-22T12:00:00.000Z' });
    expect(entry?.body.aps).toEqual({ alert: { title: 'T', body: 'B' } });
    expect(entry?.headers['apns-topic']).toBe('app.demo');
    expect(JSON.stringify(entry)).not.toContain('bearer');
    expect((await find('')).length).toBe(3);
    expect((await find('provider=fcm')).length).toBe(0);
    expect((await find('send=send-1')).length).toBe(2);
    expect((await find('installation=phone-1')).map(({ send }) => send)).toEqual(['send-1', 'send-2']);
    expect((await find('installation=phone-1&send=send-2')).length).toBe(1);
  });

  it('counts requests and duplicates by token and send, and starts anew when told', async () => {
    const token = await pushFor('send-1', 'phone-1');
    await pushFor('send-1', 'phone-1', token);
    await pushFor('send-2', 'phone-1', token);
    await push(running.connect('apns'), { authorization: 'bearer x' });

    const { body: summary } = await running.control('GET', '/ledger/summary');
    const { status } = await running.control('DELETE', '/ledger');

    expect(summary).toMatchObject({
      apns: { requests: 4, accepted: 3, rejected: 1, duplicates: 1, connections: 4, maxStreams: 1, reasons: { InvalidProviderToken: 1 } },
      fcm: { requests: 0, accepted: 0 },
    });
    expect(status).toBe(204);
    expect((await running.control('GET', '/ledger')).body).toEqual([]);
    expect((await running.control('GET', '/ledger/summary')).body).toMatchObject({ apns: { requests: 0, duplicates: 0 } });
  });

  it('applies a fault so many times for each token, and for a share of the tokens only', async () => {
    const session = running.connect('fcm');
    const authorization = await bearer(running, session);
    const project = running.simulator.accounts.simulated.fcm.project_id;
    const statusOf = async (token: string): Promise<number> =>
      (await sendMessage(session, { authorization, project, message: { token, data: {} } })).status;
    const tokens = Array.from({ length: 200 }, newFcmToken);
    await running.control('PUT', '/faults', [
      { provider: 'fcm', share: 0.25, behaviour: 'unavailable', times: 1 },
      { provider: 'fcm', token: tokens[0], behaviour: 'invalid', times: 2 },
    ]);

    const first = await Promise.all(tokens.map(statusOf));
    const second = await Promise.all(tokens.map(statusOf));

    expect(first[0]).toBe(404);
    const unavailable = first.filter((status) => status === 503).length;
    expect(unavailable).toBeGreaterThan(20);
    expect(unavailable).toBeLessThan(90);
    expect(second.filter((status) => status !== 200)).toEqual([404]);
    await running.control('PUT', '/faults', { provider: 'fcm', behaviour: 'unavailable' });
    expect(await statusOf(newFcmToken())).toBe(503);
    await running.control('PUT', '/faults', { provider: 'fcm', behaviour: 'ok' });
    expect(await statusOf(newFcmToken())).toBe(200);
  });

  it('takes ten thousand faults in one call', async () => {
    const faults = Array.from({ length: 10_000 }, () => ({ provider: 'fcm', token: newFcmToken(), behaviour: 'invalid' }));

    expect(await running.control('PUT', '/faults', faults)).toMatchObject({ status: 200, body: { faults: 10_000 } });
    expect((await running.control('GET', '/faults')).body).toMatchObject({
      providers: expect.arrayContaining([
        expect.objectContaining({ provider: 'apns', tokens: 0 }),
        expect.objectContaining({ provider: 'fcm', tokens: 10_000 }),
      ]) as unknown[],
    });
    expect((await running.control('DELETE', '/faults')).status).toBe(204);
    expect((await running.control('GET', '/faults')).body).toMatchObject({
      providers: BUILT_PROVIDERS.map((provider) => ({ provider, tokens: 0 })),
    });
  });

  it('names everything that is wrong with a request', async () => {
    const bad = await running.control('PUT', '/faults', [
      { provider: 'apns', token: 'aa', behaviour: 'slow' },
      { provider: 'pigeon', share: 2, behaviour: 'ok', colour: 'red' },
      { provider: 'apns', token: 'aa', share: 0.5, behaviour: 'answer:NOPE' },
      { provider: 'apns', behaviour: 'invalid', afterRequests: 3 },
    ]);

    expect(bad.status).toBe(400);
    expect(bad.type).toMatch(/^application\/problem\+json/);
    const { code, errors } = bad.body as { code: string; errors: { pointer: string }[] };
    expect(code).toBe('request_invalid');
    expect(errors.map(({ pointer }) => pointer)).toEqual([
      '/0/behaviour', '/1/provider', '/1/share', '/1/colour', '/2/behaviour', '/2/share', '/3/behaviour',
    ]); // prettier-ignore
    expect((await running.control('PUT', '/faults', { behaviour: 5 })).body).toMatchObject({
      errors: [{ pointer: '/provider' }, { pointer: '/behaviour' }],
    });
    expect((await running.control('PUT', '/faults', '{')).status).toBe(400);
    expect((await running.control('GET', '/ledger?colour=red')).body).toMatchObject({ errors: [{ pointer: '/colour' }] });
    expect((await running.control('GET', '/devices/nobody/inbox')).body).toMatchObject({ status: 404, code: 'device_unknown' });
    expect((await running.control('GET', '/nothing')).body).toMatchObject({ status: 404, code: 'not_found' });
    expect((await running.control('PUT', '/accounts', { apns: [{ teamId: 'T', keyId: 'K', publicKey: 'x' }] })).body).toMatchObject({
      errors: [{ pointer: '/apns/0/publicKey' }],
    });
  });

  describe('simulated phones', () => {
    let platform: Server;
    let registered: { url: string | undefined; authorization: string | undefined; body: Record<string, unknown> }[];
    let platformStatus: number;

    beforeEach(async () => {
      registered = [];
      platformStatus = 201;
      platform = createServer((request, response) => {
        void text(request).then((body) => {
          registered.push({
            url: request.url,
            authorization: request.headers.authorization,
            body: JSON.parse(body) as Record<string, unknown>,
          });
          response.writeHead(platformStatus, { 'content-type': 'application/json' }).end('{"code":"app_unknown"}');
        });
      });
      await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    });

    afterEach(() => {
      platform.close();
      platform.closeAllConnections();
    });

    const usePlatform = (): void => {
      running.simulator.usePlatform({
        url: `http://127.0.0.1:${(platform.address() as AddressInfo).port}`,
        adminKey: 'cr_admin_0123456789',
      });
    };
    const aDevice = { app: 'demo', platform: 'ios', externalId: 'charlie', behaviour: 'ok' };

    it('cannot be made without a key for the platform, nor when it refuses or is away', async () => {
      expect(await running.control('POST', '/devices', aDevice)).toMatchObject({ status: 503, body: { code: 'platform_unknown' } });
      usePlatform();
      platformStatus = 404;
      expect(await running.control('POST', '/devices', aDevice)).toMatchObject({ status: 502, body: { code: 'platform_refused' } });
      running.simulator.usePlatform({ url: 'http://127.0.0.1:1', adminKey: 'cr_admin_0123456789' });
      expect(await running.control('POST', '/devices', aDevice)).toMatchObject({ status: 503, body: { code: 'platform_unreachable' } });
    });

    it('are registered with the platform and show what arrives', async () => {
      usePlatform();
      const { status, body } = await running.control('POST', '/devices', aDevice);
      const { installation, token, inbox } = body as { installation: string; token: string; inbox: string };

      const waiting = fetch(`${inbox}?wait=5&atLeast=1`).then((response) => response.json());
      await pushFor('send-1', installation, token);

      expect(status).toBe(201);
      expect(registered).toEqual([
        {
          url: `/v1/apps/demo/installations/${installation}`,
          authorization: 'Bearer cr_admin_0123456789',
          body: expect.objectContaining({
            platform: 'ios',
            provider: 'apns',
            token,
            permission: 'granted',
            externalId: 'charlie',
          }) as unknown,
        },
      ]);
      expect(await waiting).toEqual([
        {
          title: 'T',
          body: 'B',
          data: { orderId: 'A-17' },
          sendId: 'send-1',
          link: 'app://x',
          collapseId: null,
          at: '2026-11-22T12:00:00.000Z',
        },
      ]);
      await running.control('DELETE', '/ledger');
      expect((await running.control('GET', `/devices/${installation}/inbox`)).body).toEqual([]);
    });

    it('behave as asked from the start', async () => {
      usePlatform();
      const { body } = await running.control('POST', '/devices', { ...aDevice, behaviour: 'invalid' });

      const { status } = await push(running.connect('apns'), {
        authorization: await providerToken(running),
        token: (body as { token: string }).token,
      });

      expect(status).toBe(410);
    });

    it('get the newest kept message when they are switched on again', async () => {
      const token = newApnsToken();
      running.simulator.devices.announce({ installation: 'phone', provider: 'apns', platform: 'ios', token });
      await running.control('PATCH', '/devices/phone', { online: false });
      await pushFor('send-1', 'phone', token);
      await pushFor('send-2', 'phone', token);
      expect((await running.control('GET', '/devices/phone/inbox')).body).toEqual([]);

      await running.control('PATCH', '/devices/phone', { online: true });

      expect((await running.control('GET', '/devices/phone/inbox')).body).toMatchObject([{ sendId: 'send-2' }]);
    });
  });

  it('streams pushes as they arrive on the phones and tokens asked for', async () => {
    const token = newApnsToken();
    running.simulator.devices.announce({ installation: 'phone', provider: 'apns', platform: 'ios', token });
    const bare = newApnsToken();
    const response = await fetch(`${running.simulator.controlUrl}/inboxes/stream?devices=phone,${bare}`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();

    await pushFor('send-1', 'other');
    await pushFor('send-2', 'phone', token);
    await pushFor('send-3', 'bare', bare);
    let seen = '';
    while (!seen.includes('send-3')) seen += (await reader?.read())?.value ?? '';
    await reader?.cancel();

    const events = seen.split('\n\n').filter((event) => event.startsWith('event: push'));
    const pushes = events.map((event) => JSON.parse(event.slice(event.indexOf('{'))) as { device: string; sendId: string });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(pushes).toMatchObject([
      { device: 'phone', sendId: 'send-2' },
      { device: bare, sendId: 'send-3' },
    ]);
  });
});

describe('simulators that serve other machines', () => {
  it('tell the name by which they are reached, and prove it with their certificate', async () => {
    const running = await runningSimulator({ SIMULATOR_ADVERTISED_HOST: 'simulator.test' });
    const { apns, fcm } = running.simulator.listeners;

    expect([apns.host, apns.sandbox.host, fcm.host]).toEqual(['simulator.test', 'simulator.test', 'simulator.test']);
    expect(fcm.tokenUrl).toMatch(/^https:\/\/simulator\.test:/);
    expect(await isTrusted({ port: apns.port, ca: apns.ca, servername: 'simulator.test' })).toBe(true);
    expect(await isTrusted({ port: apns.port, ca: apns.ca, servername: 'other.test' })).toBe(false);
    await running.stop();
  });
});

function isTrusted(options: ConnectionOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...options, host: '127.0.0.1', ALPNProtocols: ['h2'] }, () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

describe('simulators that start again', () => {
  it('keep their test CA and accounts, in files for their owner only, and name the setting of a port that is taken', async () => {
    const first = await runningSimulator();
    const { folder } = first;
    const { listeners, accounts, controlUrl } = first.simulator;
    const again = { CARILLON_DATA: folder, SIMULATOR_CONTROL_PORT: '0' };

    const second = await Simulator.start(settings.parse(again), { clock: first.clock });
    const taken = Simulator.start(settings.parse({ ...again, SIMULATOR_CONTROL_PORT: new URL(controlUrl).port }), { clock: first.clock });

    await expect(taken).rejects.toThrow('SIMULATOR_CONTROL_PORT');
    expect(second.listeners.apns.ca).toBe(listeners.apns.ca);
    expect(second.accounts.simulated).toEqual(accounts.simulated);
    const modes = readdirSync(join(folder, 'simulator')).map((name) => statSync(join(folder, 'simulator', name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
    await second.close();
    await first.stop();
  });
});
