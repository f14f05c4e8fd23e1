import { runningSimulator, type Running } from '../running-simulator.ts';
import { simulatedEndpoint, simulatedSubscription, type SimulatedSubscription } from '../../src/webpush/simulated-subscription.ts';
import { aVapidPair, encrypted, push, vapid, type PushAnswer, type VapidPair } from './webpush-client.ts';

const mozilla = 'https://updates.push.services.mozilla.com/wpush/v2/';
const google = 'https://fcm.googleapis.com/fcm/send/';
const apple = 'https://web.push.apple.com/';

describe('simulated push services of browsers', () => {
  let running: Running;
  let keys: VapidPair;
  let ids = 0;

  beforeAll(async () => {
    running = await runningSimulator();
    keys = aVapidPair();
  });

  afterAll(() => running.stop());

  const aSubscription = (vendor = mozilla) => simulatedSubscription(`${vendor}subscription-${(ids += 1)}`);

  interface Changes {
    readonly claims?: Record<string, unknown>;
    readonly headers?: Record<string, string>;
    readonly without?: string;
    readonly body?: Buffer;
    readonly keys?: VapidPair;
  }

  function send(subscription: SimulatedSubscription, text: string, changes: Changes = {}): Promise<PushAnswer> {
    const { endpoint } = subscription;
    const authorization = vapid(changes.keys ?? keys, endpoint, running.clock.now(), changes.claims);
    const headers: Record<string, string> = { authorization, ttl: '60', 'content-encoding': 'aes128gcm', ...changes.headers };
    const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== changes.without));
    return push(running, endpoint, kept, changes.body ?? encrypted(text, subscription));
  }

  const message = (title: string) => JSON.stringify({ notification: { title, body: 'B' }, data: { k: 'v' }, carillon: { send: 's' } });

  async function announce(subscription: SimulatedSubscription, online = true): Promise<string> {
    const installation = `browser-${(ids += 1)}`;
    running.simulator.devices.announce({ installation, provider: 'webpush', platform: 'web', token: subscription.endpoint });
    running.simulator.devices.setOnline(installation, online);
    return installation;
  }

  const inbox = (installation: string) => running.simulator.devices.findInbox(installation)?.arrivals ?? [];

  it('take a message, tell where it is and how long it is kept, and the browser shows what it decrypted', async () => {
    const subscription = aSubscription();
    const browser = await announce(subscription);

    const { status, headers } = await send(subscription, message('Hello ✓'));

    expect(status).toBe(201);
    expect(headers['location']).toMatch(/^https:\/\/updates\.push\.services\.mozilla\.com\/m\//);
    expect(headers['ttl']).toBe('60');
    expect(inbox(browser)).toMatchObject([{ title: 'Hello ✓', body: 'B', data: { k: 'v' }, sendId: 's' }]);
  });

  it('take a padded message, and one without anything in it', async () => {
    const subscription = aSubscription();

    expect((await send(subscription, '', { body: encrypted(message('T'), subscription, 500) })).status).toBe(201);
    expect((await send(subscription, '', { body: Buffer.alloc(0), without: 'content-encoding' })).status).toBe(201);
  });

  it.each([
    ['without a TTL', { without: 'ttl' }, 111],
    ['with a TTL that is none', { headers: { ttl: '-1' } }, 111],
    ['with a topic of 33 characters', { headers: { topic: 'x'.repeat(33) } }, 113],
    ['with a topic that is no base64url', { headers: { topic: 'a b' } }, 113],
    ['of an unknown urgency', { headers: { urgency: 'now' } }, 112],
    ['of another encoding', { headers: { 'content-encoding': 'aesgcm' } }, 110],
    ['that its browser cannot decrypt', { body: Buffer.alloc(200, 7) }, 101],
  ] as const)('refuse a message %s', async (_, changes, errno) => {
    const { status, body } = await send(aSubscription(), 'text', changes);

    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ code: 400, errno });
  });

  it('refuse what was encrypted for another browser', async () => {
    const { status } = await send(aSubscription(), '', { body: encrypted('text', aSubscription()) });

    expect(status).toBe(400);
  });

  it('keep what is for a real browser as it came, for the test that drives it to hand over', async () => {
    const subscription = aSubscription();
    const body = encrypted(message('For its eyes'), aSubscription());
    const named = new URLSearchParams({ endpoint: subscription.endpoint }).toString();
    const pushes = () => fetch(`${running.simulator.controlUrl}/browsers/pushes?${named}`);
    expect((await pushes()).status).toBe(404);
    const content = { 'content-type': 'application/json' };
    const asked = { method: 'PUT', headers: content, body: JSON.stringify({ endpoint: subscription.endpoint }) };
    expect((await fetch(`${running.simulator.controlUrl}/browsers`, asked)).status).toBe(204);

    expect((await send(subscription, '', { body })).status).toBe(201);

    const headers = { ttl: '60', 'content-encoding': 'aes128gcm' };
    expect(await (await pushes()).json()).toEqual([{ body: body.toString('base64url'), headers }]);
  });

  it('take 4,096 bytes, and not one more', async () => {
    const subscription = aSubscription();

    expect((await send(subscription, 'x'.repeat(3_993))).status).toBe(201);
    const { status, body } = await send(subscription, 'x'.repeat(3_994));
    expect(status).toBe(413);
    expect(JSON.parse(body)).toMatchObject({ errno: 104 });
  });

  it.each([
    ['without a sender', { without: 'authorization' }],
    ['for another audience', { claims: { aud: 'https://fcm.googleapis.com' } }],
    ['with a path in the audience', { claims: { aud: `${mozilla}x` } }],
    ['that ended', { claims: { exp: 1 } }],
    ['for more than a day', { claims: { exp: 9_999_999_999 } }],
    ['without an end', { claims: { exp: undefined } }],
    ['without a contact', { claims: { sub: undefined } }],
    ['with a contact on this host', { claims: { sub: 'mailto:me@localhost' } }],
    ['of another scheme', { headers: { authorization: 'Bearer x' } }],
  ] as const)('refuse a token %s', async (_, changes) => {
    const { status, body } = await send(aSubscription(), 'text', changes);

    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ code: 401, errno: 109 });
  });

  it('refuse a token that another key signed', async () => {
    const subscription = aSubscription();
    const other = aVapidPair();
    const authorization = vapid(other, subscription.endpoint, running.clock.now()).replace(/k=.*/, `k=${keys.publicKey}`);

    expect((await send(subscription, 'text', { headers: { authorization } })).status).toBe(401);
  });

  it.each([
    [mozilla, 401, /mismatch/],
    [google, 403, /do not correspond/],
    [apple, 403, /VapidPkHashMismatch/],
  ])('refuse another sender than a subscription belongs to, each in its own words: %s', async (vendor, status, words) => {
    const subscription = aSubscription(vendor);
    await send(subscription, 'text');

    const answer = await send(subscription, 'text', { keys: aVapidPair() });

    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(words);
    expect((await send(subscription, 'text')).status).toBe(201);
  });

  it('keep a message for a browser that is away, the newest of each topic, and not beyond its time', async () => {
    const subscription = aSubscription();
    const browser = await announce(subscription, false);

    await send(subscription, message('first'), { headers: { topic: 'news' } });
    await send(subscription, message('second'), { headers: { topic: 'news' } });
    await send(subscription, message('soon over'), { headers: { ttl: '10' } });
    await send(subscription, message('now or never'), { headers: { ttl: '0' } });
    running.clock.advance(30_000);
    running.simulator.devices.setOnline(browser, true);

    expect(inbox(browser).map(({ title }) => title)).toEqual(['second']);
  });

  it('take a message back that was not delivered', async () => {
    const subscription = aSubscription();
    const browser = await announce(subscription, false);
    const { headers } = await send(subscription, message('a mistake'));
    const location = String(headers['location']);

    expect((await push(running, location, {}, undefined, 'DELETE')).status).toBe(204);
    running.simulator.devices.setOnline(browser, true);

    expect(inbox(browser)).toEqual([]);
    expect((await push(running, location, {}, undefined, 'DELETE')).status).toBe(404);
  });

  it.each([
    ['invalid', 410, {}],
    ['answer:not_found', 404, {}],
    ['answer:too_large', 413, {}],
    ['throttled:7', 429, { 'retry-after': '7' }],
    ['unavailable:9', 503, { 'retry-after': '9' }],
    ['answer:internal', 500, {}],
    ['wrong_sender', 401, {}],
    [`moved:${mozilla}elsewhere`, 301, { location: `${mozilla}elsewhere` }],
  ])('say what they are told to with %s', async (behaviour, status, headers) => {
    const subscription = aSubscription();
    running.simulator.faults.put({ provider: 'webpush', token: subscription.endpoint, behaviour });

    const answer = await send(subscription, 'text');

    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(headers);
  });

  it('have browsers of all vendors', () => {
    const hosts = new Set(Array.from({ length: 100 }, (_, id) => new URL(simulatedEndpoint(`some-browser-${id}`)).host));

    expect([...hosts].sort()).toEqual([
      ...['db5p.notify.windows.com', 'fcm.googleapis.com', 'updates.push.services.mozilla.com', 'web.push.apple.com'],
    ]);
  });
});
