import { once } from 'node:events';
import { constants, type ClientHttp2Session, type OutgoingHttpHeaders, type Settings } from 'node:http2';
import { newApnsToken, providerToken, push } from './apns-client.ts';
import { bearer, newFcmToken } from './fcm-client.ts';
import { runningSimulator, type Running } from './running-simulator.ts';

const concurrent = 200;
const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

interface Outcome {
  readonly token: string;
  readonly streamId: number;
  /** 0 without a whole answer. */
  readonly status: number;
  readonly rstCode: number;
}

describe.each(['apns', 'fcm'] as const)('GOAWAY of simulated %s in the middle of many requests', (provider) => {
  let running: Running;
  let session: ClientHttp2Session;
  let authorization: string;
  let tokens: string[];

  beforeAll(async () => {
    running = await runningSimulator({ SIMULATOR_FCM_STREAMS: '1000' });
    authorization = provider === 'apns' ? await providerToken(running) : await bearer(running, running.connect('fcm'));
  });

  beforeEach(async () => {
    await running.control('DELETE', '/faults');
    session = await openWide();
    running.simulator.ledger.clear();
    tokens = Array.from({ length: concurrent }, provider === 'apns' ? newApnsToken : newFcmToken);
  });

  afterAll(() => running.stop());

  /** APNs takes many streams after the first valid push only. */
  async function openWide(): Promise<ClientHttp2Session> {
    const opened = running.connect(provider);
    await once(opened, 'remoteSettings');
    if (provider === 'fcm') return opened;
    const widened = once(opened, 'remoteSettings') as Promise<[Settings]>;
    await push(opened, { authorization });
    await widened;
    return opened;
  }

  function sendTo(client: ClientHttp2Session, token: string): Promise<Outcome> {
    const { headers, body } = requestOf(token);
    const stream = client.request({ ':method': 'POST', authorization, ...headers });
    let received = 0;
    let status = 0;
    stream.on('response', ({ ':status': answered }) => (received = answered ?? 0));
    stream.on('end', () => (status = stream.rstCode === NGHTTP2_NO_ERROR ? received : 0));
    stream.on('error', () => undefined);
    stream.resume().end(body);
    return new Promise((resolve) => {
      stream.on('close', () => {
        resolve({ token, streamId: stream.id ?? Infinity, status, rstCode: stream.rstCode });
      });
    });
  }

  function requestOf(token: string): { headers: OutgoingHttpHeaders; body: string } {
    const carillon = { v: 1, send: 'the-send' };
    if (provider === 'apns') {
      const headers = { ':path': `/3/device/${token}`, 'apns-topic': 'app.demo', 'apns-push-type': 'alert' };
      return { headers, body: JSON.stringify({ aps: { alert: 'Hello' }, carillon }) };
    }
    const { project_id: project } = running.simulator.accounts.simulated.fcm;
    const message = { token, notification: { title: 'Hello' }, data: { carillon: JSON.stringify(carillon) } };
    return { headers: { ':path': `/v1/projects/${project}/messages:send` }, body: JSON.stringify({ message }) };
  }

  const sendAll = (client: ClientHttp2Session, to: readonly string[]) => Promise.all(to.map((token) => sendTo(client, token)));

  async function endIn(behaviour: 'goaway' | 'goaway_error'): Promise<{ code: number; last: number; outcomes: Outcome[] }> {
    await running.control('PUT', '/faults', { provider, behaviour, afterRequests: 80 });
    const goaways: [number, number][] = [];
    session.on('goaway', (code: number, last: number) => goaways.push([code, last]));
    const outcomes = await sendAll(session, tokens);
    const [[code, last] = [Number.NaN, 0]] = goaways;
    for (const [, later] of goaways) expect(later).toBe(last);
    await running.control('DELETE', '/faults');
    return { code, last, outcomes };
  }

  const recorded = () => running.simulator.ledger.find({}).map(({ token }) => String(token));
  const counts = () => running.simulator.ledger.counts()[provider];

  async function replay(outcomes: readonly Outcome[]): Promise<void> {
    const again = await sendAll(
      await openWide(),
      outcomes.map(({ token }) => token),
    );
    expect(again.map(({ status }) => status)).toEqual(outcomes.map(() => 200));
  }

  it.each([
    ['answered at once', []],
    ['answered late', [{ provider, share: 0.3, behaviour: 'slow:60' }]],
  ])('answers what it took and nothing else, %s', async (_name, slow) => {
    for (const fault of slow) await running.control('PUT', '/faults', fault);

    const { code, last, outcomes } = await endIn('goaway');

    const [taken, refused] = [outcomes.filter(({ streamId }) => streamId <= last), outcomes.filter(({ streamId }) => streamId > last)];
    expect(code).toBe(NGHTTP2_NO_ERROR);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(taken.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(refused.map(({ status, rstCode }) => `${status} ${rstCode}`))).toEqual(new Set([`0 ${NGHTTP2_REFUSED_STREAM}`]));
    expect(recorded().sort()).toEqual(taken.map(({ token }) => token).sort());
    await replay(refused);
    expect(counts()).toMatchObject({ duplicates: 0 });
    expect(new Set(recorded()).intersection(new Set(tokens)).size).toBe(concurrent);
  });

  it.each([
    ['answered at once', []],
    ['answered late', [{ provider, share: 0.3, behaviour: 'slow:60' }]],
  ])('with an error loses answers and never takes what it excludes, %s', async (_name, slow) => {
    for (const fault of slow) await running.control('PUT', '/faults', fault);

    const { code, last, outcomes } = await endIn('goaway_error');

    const kept = new Set(recorded());
    const [possible, excluded] = [outcomes.filter(({ streamId }) => streamId <= last), outcomes.filter(({ streamId }) => streamId > last)];
    const answered = outcomes.filter(({ status }) => status === 200);
    expect(code).toBe(NGHTTP2_INTERNAL_ERROR);
    expect(excluded.length).toBeGreaterThan(0);
    expect(kept.isSubsetOf(new Set(possible.map(({ token }) => token)))).toBe(true);
    expect(new Set(answered.map(({ token }) => token)).isSubsetOf(kept)).toBe(true);
    if (slow.length > 0) expect(kept.size).toBeGreaterThan(answered.length);
    await replay(excluded);
    expect(counts()).toMatchObject({ duplicates: 0 });
  });

  it('ends the connection soon after the last answer', async () => {
    await running.control('PUT', '/faults', { provider, behaviour: 'goaway', afterRequests: 1 });
    const closed = once(session, 'close');

    const [outcome] = await sendAll(session, tokens.slice(0, 1));
    const since = performance.now();
    await closed;

    expect(outcome?.status).toBe(200);
    expect(performance.now() - since).toBeLessThan(800); // a second is the deadline with streams unanswered
  });
});
