import { Carillon, type Message } from '../src/carillon.ts';
import { bridgeOf, type NativeEvents, type PushEvent } from '../src/bridge.ts';
import { FakeBridge } from './fake-bridge.ts';

const settings = { url: 'https://push.example.com', app: 'shop', key: 'sdk-key' };
const now = () => Date.parse('2026-11-30T09:30:00Z');
const payload = { carillon: JSON.stringify({ v: 1, send: '0197', receipt: 'id.nonce.mac', link: 'shop://sale' }) };

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** A platform that takes everything, while it is there. */
function aPhone() {
  const bridge = new FakeBridge();
  const asked: Asked[] = [];
  const network = { isThere: true };
  const fetch = ((url: string, { method = 'GET', body }: RequestInit) => {
    if (!network.isThere) return Promise.reject(new TypeError('Network request failed'));
    asked.push({
      method,
      path: url.replace(/^.*\/v1\/apps\/shop/, ''),
      body: body === undefined ? undefined : (JSON.parse(body as string) as unknown),
    });
    return Promise.resolve(Response.json({ externalId: null, installationSecret: 'secret' }));
  }) as typeof globalThis.fetch;
  return {
    bridge,
    asked,
    network,
    carillon: new Carillon(settings, { bridge, fetch, now }),
    again: () => new Carillon(settings, { bridge, fetch, now }),
  };
}

/** What the bridge starts on its own goes out behind the calls of the app. */
const settled = async (carillon: Carillon) => {
  await carillon.installationId();
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
};

describe('a phone of an app', () => {
  it('R16: registers without a token before the person was asked, and with it once they have said yes', async () => {
    const { bridge, asked, carillon } = aPhone();

    await carillon.register();
    expect(await carillon.requestPermission()).toBe('granted');

    expect(asked.map(({ body }) => body)).toEqual([
      { platform: 'android', provider: 'fcm', permission: 'not_asked', locale: 'en-GB', timeZone: 'Europe/London' },
      { platform: 'android', provider: 'fcm', permission: 'granted', token: 'token-1', locale: 'en-GB', timeZone: 'Europe/London' },
    ]);
    expect(bridge.asked).toBe(1);
  });

  it('is asked once: the system shows its dialog no second time', async () => {
    const { bridge, asked, carillon } = aPhone();
    bridge.permissionNow = 'denied';

    expect(await carillon.requestPermission()).toBe('denied');

    expect([bridge.asked, asked.length]).toEqual([0, 1]);
  });

  it('tells a new token at once, and nothing at all before it is registered', async () => {
    const { bridge, asked, carillon } = aPhone();
    bridge.permissionNow = 'granted';
    bridge.turnToken('token-2');
    await settled(carillon);
    expect(asked).toEqual([]);

    await carillon.register();
    bridge.turnToken('token-3');
    await settled(carillon);

    expect(asked.map(({ body }) => (body as { token: string }).token)).toEqual(['token-2', 'token-3']);
  });

  it('keeps who it is over a start of the app', async () => {
    const { asked, carillon, again } = aPhone();
    await carillon.register();
    await carillon.changeUser('kim');
    carillon.stop();

    await again().start();

    expect(asked.map(({ method, path }) => [method, path])).toEqual([
      ['PUT', '/installations/phone-1'],
      ['PUT', '/installations/phone-1/user'],
      ['PUT', '/installations/phone-1'],
    ]);
  });

  it('reports pushes by their proof, and keeps the receipts while nobody answers', async () => {
    const { bridge, asked, network, carillon, again } = aPhone();
    await carillon.register();
    network.isThere = false;
    bridge.push({ kind: 'received', payload });
    bridge.push({ kind: 'action', action: 'reply', payload, at: now() + 1_000 });
    await settled(carillon);
    carillon.stop();
    network.isThere = true;

    await again().start();

    expect(asked.at(-1)).toEqual({
      method: 'POST',
      path: '/receipts',
      body: [
        { receipt: 'id.nonce.mac', kind: 'received', at: '2026-11-30T09:30:00.000Z' },
        { receipt: 'id.nonce.mac', kind: 'action', action: 'reply', at: '2026-11-30T09:30:01.000Z' },
      ],
    });
    expect(JSON.parse(bridge.kept.get('carillon.receipts')!)).toMatchObject({ receipts: [] });
  });

  it('hands its pushes to the app, with the link of a tap, and leaves those of others alone', async () => {
    const { bridge, asked, carillon } = aPhone();
    const messages: Message[] = [];
    const stop = carillon.onMessage((message) => messages.push(message));

    bridge.push({ kind: 'opened', payload: { aps: { alert: 'Hi' }, carillon: { v: 1, send: '0197', link: 'shop://sale' } } });
    for (const others of [{}, { carillon: 'text' }, { carillon: '{"send":1}' }, { carillon: null }, { gcm: 'x' }])
      bridge.push({ kind: 'opened', payload: others });
    stop();
    bridge.push({ kind: 'opened', payload });
    await settled(carillon);

    expect(messages).toMatchObject([{ kind: 'opened', link: 'shop://sale' }]);
    expect(asked).toEqual([]); // no state yet, and the first one carries no proof
  });

  it('begins anew where native storage holds something else than what it wrote', async () => {
    const { bridge, asked, carillon } = aPhone();
    bridge.kept.set('carillon.state', '{').set('carillon.receipts', '');

    await carillon.register();
    await carillon.start();

    expect(asked.map(({ path }) => path)).toEqual(['/installations/phone-1', '/installations/phone-1']);
  });
});

describe('a bridge over a native module', () => {
  it('has the methods of the module, and the events of its emitter until it is told to stop', async () => {
    const listeners = new Map<string, (event: never) => void>();
    const events: NativeEvents = {
      addListener: (name, listener) => {
        listeners.set(name, listener);
        return { remove: () => listeners.delete(name) };
      },
    };
    const bridge = bridgeOf(new FakeBridge(), events);
    const heard: unknown[] = [];
    const stops = [bridge.onToken((token) => heard.push(token)), bridge.onPush((event) => heard.push(event))];
    const push: PushEvent = { kind: 'received', payload: {} };

    listeners.get('carillonToken')?.('token-2' as never);
    listeners.get('carillonPush')?.(push as never);
    for (const stop of stops) stop();

    expect(heard).toEqual(['token-2', push]);
    expect(listeners.size).toBe(0);
    expect([await bridge.token(), await bridge.permission(), (await bridge.facts()).platform]).toEqual(['token-1', 'not_asked', 'android']);
    await bridge.write('name', 'value');
    expect([await bridge.read('name'), await bridge.newId(), await bridge.requestPermission()]).toEqual(['value', 'phone-1', 'granted']);
  });
});
