import { once } from 'node:events';
import { constants, type ClientHttp2Session, type IncomingHttpHeaders, type Settings } from 'node:http2';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { alert, newApnsToken, providerToken, push } from './apns-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

describe('a connection to simulated APNs', () => {
  let running: Running;
  let session: ClientHttp2Session;
  let authorization: string;
  let limits: (number | undefined)[];

  beforeAll(async () => {
    running = await runningSimulator();
    authorization = await providerToken(running);
  });

  beforeEach(async () => {
    await running.control('DELETE', '/faults');
    session = running.connect('apns');
    limits = [];
    session.on('remoteSettings', ({ maxConcurrentStreams }: Settings) => limits.push(maxConcurrentStreams));
    await once(session, 'remoteSettings');
  });

  afterEach(() => {
    session.destroy();
  });

  afterAll(() => running.stop());

  it('is refused to a client that does not speak HTTP/2', async () => {
    const { host, port, ca } = running.simulator.listeners.apns;
    const socket = connectTls({ host, port, ca, ALPNProtocols: ['http/1.1'] });

    const [error] = (await once(socket, 'error').catch((reason: unknown) => [reason])) as [NodeJS.ErrnoException];

    expect(error.code).toBe('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
  });

  it('allows one stream until the first valid push and 1000 afterwards', async () => {
    expect((await push(session, { authorization: 'bearer wrong' })).status).toBe(403);
    expect(limits).toEqual([1]);

    const widened = once(session, 'remoteSettings');
    await push(session, { authorization });
    await widened;

    expect(limits).toEqual([1, 1000]);
  });

  it('refuses streams over the limit without processing them', async () => {
    const eager = running.connect('apns'); // has not seen the settings yet, so it opens as many streams as it likes
    running.simulator.ledger.clear();

    const results = await Promise.allSettled(Array.from({ length: 20 }, () => push(eager, { authorization })));

    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeGreaterThan(10);
    for (const { reason } of refused) expect((reason as Error).message).toContain('NGHTTP2_REFUSED_STREAM');
    expect(running.simulator.ledger.counts().apns.requests).toBe(20 - refused.length);
  });

  it('is narrowed to one stream after many errors that are the sender’s fault, never for 410', async () => {
    const dead = Array.from({ length: 150 }, newApnsToken);
    for (const token of dead) running.simulator.faults.put({ provider: 'apns', token, behaviour: 'invalid' });
    await push(session, { authorization });

    await Promise.all(dead.map((token) => push(session, { authorization, token })));
    expect(limits).toEqual([1, 1000]);

    const narrowed = new Promise<void>((resolve) => {
      session.on('remoteSettings', ({ maxConcurrentStreams }: Settings) => {
        if (maxConcurrentStreams === 1) resolve();
      });
    });
    for (let i = 0; i < 101; i += 1) await push(session, { authorization, headers: { 'apns-priority': '7' } });
    await narrowed;
    expect(limits).toEqual([1, 1000, 1]);
  });

  it('is ended for a flood of malformed tokens', async () => {
    const goaway = once(session, 'goaway') as Promise<[number, number, Buffer]>;
    for (let i = 0; i < 200; i += 1) await push(session, { authorization, token: 'no-token' });

    const [code, , data] = await goaway;

    expect(code).toBe(constants.NGHTTP2_NO_ERROR);
    expect(JSON.parse(data.toString())).toEqual({ reason: 'BadDeviceToken' });
  });

  it('ends with GOAWAY before the stream of a goaway fault, which was not processed', async () => {
    const token = newApnsToken();
    running.simulator.faults.put({ provider: 'apns', token, behaviour: 'goaway' });
    running.simulator.ledger.clear();
    const goaway = once(session, 'goaway') as Promise<[number, number, Buffer]>;
    await push(session, { authorization });

    const outcome = await push(session, { authorization, token }).catch((error: unknown) => (error as Error).message);

    const [code, lastStreamId, data] = await goaway;
    expect([code, lastStreamId]).toEqual([constants.NGHTTP2_NO_ERROR, 1]);
    expect(JSON.parse(data.toString())).toEqual({ reason: 'Shutdown' });
    expect(outcome).toContain('NGHTTP2_REFUSED_STREAM');
    expect(running.simulator.ledger.counts().apns).toMatchObject({ requests: 2, accepted: 1, cut: 1 });
  });

  it('excludes the very first stream, too', async () => {
    const token = newApnsToken();
    running.simulator.faults.put({ provider: 'apns', token, behaviour: 'goaway' });
    const goaway = once(session, 'goaway') as Promise<[number, number, Buffer]>;

    const outcome = await push(session, { authorization, token }).catch((error: unknown) => (error as Error).message);

    expect((await goaway).slice(0, 2)).toEqual([constants.NGHTTP2_NO_ERROR, 0]);
    expect(outcome).toContain('NGHTTP2_REFUSED_STREAM');
  });

  it('answers Shutdown on a stream that GOAWAY cannot exclude, as a later one was taken', async () => {
    const token = newApnsToken();
    running.simulator.faults.put({ provider: 'apns', token, behaviour: 'goaway' });
    const widened = once(session, 'remoteSettings');
    await push(session, { authorization });
    await widened;
    const headers = { ':path': `/3/device/${token}`, authorization, 'apns-topic': 'app.demo', 'apns-push-type': 'alert' };
    const early = session.request({ ':method': 'POST', ...headers });
    const goaway = once(session, 'goaway') as Promise<[number, number, Buffer]>;

    await push(session, { authorization });
    early.end(alert);

    const [answer] = (await once(early, 'response')) as [IncomingHttpHeaders];
    expect([answer[':status'], await text(early)]).toEqual([503, '{"reason":"Shutdown"}']);
    expect((await goaway).slice(0, 2)).toEqual([constants.NGHTTP2_NO_ERROR, 5]);
  });

  it.each([
    ['goaway', constants.NGHTTP2_NO_ERROR],
    ['goaway_error', constants.NGHTTP2_INTERNAL_ERROR],
  ])('ends with %s once it has served so many requests', async (behaviour, expected) => {
    await running.control('PUT', '/faults', { provider: 'apns', behaviour, afterRequests: 3 });
    const goaway = once(session, 'goaway') as Promise<[number, number, Buffer]>;
    for (let i = 0; i < 3; i += 1) await push(session, { authorization });

    const [code, lastStreamId] = await goaway;

    expect([code, lastStreamId]).toEqual([expected, 5]);
  });

  it('cuts a request off before it is processed, or after', async () => {
    const [before, after] = [newApnsToken(), newApnsToken()];
    running.simulator.faults.put({ provider: 'apns', token: before, behaviour: 'reset' });
    running.simulator.faults.put({ provider: 'apns', token: after, behaviour: 'reset_after_body' });
    running.simulator.ledger.clear();

    const outcomes = [];
    for (const token of [before, after])
      outcomes.push(await push(session, { authorization, token }).catch((error: unknown) => (error as Error).message));

    for (const outcome of outcomes) expect(outcome).toContain('NGHTTP2_INTERNAL_ERROR');
    expect(running.simulator.ledger.find({}).map(({ token }) => token)).toEqual([after]);
  });

  it('has accepted a slow message long before it says so', async () => {
    const token = newApnsToken();
    running.simulator.faults.put({ provider: 'apns', token, behaviour: 'slow:150' });
    let accepted = 0;
    running.simulator.devices.watch([token], () => {
      accepted = performance.now();
    });

    await push(session, { authorization, token });

    expect(accepted).toBeGreaterThan(0);
    expect(performance.now() - accepted).toBeGreaterThan(100);
  });
});
