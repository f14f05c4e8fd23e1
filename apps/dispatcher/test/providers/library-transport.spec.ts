import { FixedClock } from '#libs/testing';
import { freePort } from '#libs/testing/engines';
import { SystemRandom } from '#libs/kernel';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import apn from '@parse/node-apn';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpProviderEndpoints } from '../../src/simulators/http-provider-endpoints.ts';
import { CredentialSource, type ProviderCredential } from '../../src/providers/credential-source.ts';
import { MemorySharedTokens } from '../../src/providers/memory-shared-tokens.ts';
import type { ProviderErrand } from '../../src/providers/provider-plug.ts';
import { PROVIDER_PLUGS } from '../../src/providers/provider-plugs.ts';
import type { ProviderRequest, PushProvider, Recipient } from '../../src/providers/push-provider.ts';
import { dispatcherSettings } from '../../src/settings.ts';
import { Http2Transport } from '../../src/transport/http2-transport.ts';
import { LibraryTransport } from '../../src/transport/library-transport.ts';
import { someLiveActivity, someRequest } from './some-messages.ts';

const minutes = 60_000;
const messages = 300;

class Simulated extends CredentialSource {
  async get(): Promise<ProviderCredential> {
    return { id: 'demo:1', simulated: true, bundleIds: ['app.demo'], fields: {} };
  }
}

interface Arrived {
  readonly headers: Readonly<Record<string, string>>;
  /** As it came. */
  readonly body: string;
}

type Way = 'own' | 'library';
type To = Partial<Omit<Recipient, 'token'>> & { readonly token: string };

/** What the libraries write in another way, and nothing else (docs/providers.md 11). */
const ofHttp1 = ['connection', 'content-length', 'host'];
const ofFirebaseAdmin = ['access_token_auth', 'x-firebase-client', 'x-goog-api-client'];

function apnsTo(n: number): To {
  const environment = n % 5 === 0 ? 'sandbox' : 'production';
  return { token: createHash('sha256').update(`phone ${n}`).digest('hex'), environment, platform: n % 4 === 0 ? 'macos' : 'ios' };
}

function fcmTo(n: number): To {
  if (n % 19 === 0) return { token: `topic-${n}`, addressed: 'topic' };
  if (n % 23 === 0) return { token: `'a${n}' in topics && !('b' in topics)`, addressed: 'condition' };
  const platform = (['android', 'ios', 'web'] as const)[n % 3] ?? 'android';
  return { token: n % 29 === 0 ? `fid:${String(n).padStart(22, 'c')}` : `t${n}:APA91b${'x'.repeat(120)}`, platform };
}

describe('messages through the libraries of Apple’s and Google’s developers', () => {
  let simulators: ChildProcess;
  let control: string;
  let folder: string;
  let own: Http2Transport;
  let libraries: LibraryTransport;
  const tokens = new MemorySharedTokens();
  // Both ways say the same time to live.
  const clock = new FixedClock(new Date().toISOString());

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'carillon-libraries-'));
    const port = await freePort();
    control = `http://127.0.0.1:${port}`;
    const env = { CARILLON_DATA: folder, SIMULATOR_CONTROL_PORT: String(port), SIMULATOR_FCM_COLLAPSIBLE_BURST: '0' };
    simulators = spawn(process.execPath, ['dist/apps/simulator/src/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    await once(simulators.stdout!, 'data');
    own = new Http2Transport(clock, new SystemRandom());
    libraries = new LibraryTransport(own, clock);
  }, minutes);

  afterAll(async () => {
    await libraries.close(1_000);
    simulators.kill('SIGTERM');
    await once(simulators, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }, minutes);

  function ground(way: Way) {
    const endpoints = new HttpProviderEndpoints(control, clock);
    const parts = { transport: own, credentials: new Simulated(), endpoints, tokens, clock };
    return { ...parts, ...(way === 'library' && { libraries }) };
  }

  function provider(name: 'apns' | 'fcm', way: Way): PushProvider {
    return PROVIDER_PLUGS[name].open(dispatcherSettings.parse({}), ground(way));
  }

  async function put(path: string, body: object): Promise<void> {
    const answer = await fetch(`${control}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  }

  /** Sends all, and answers what arrived, in their order. */
  async function arrivedBy(name: 'apns' | 'fcm', way: Way, requests: readonly ProviderRequest[]): Promise<Arrived[]> {
    await fetch(`${control}/ledger`, { method: 'DELETE' });
    const push = provider(name, way);
    for (const request of requests) expect(await push.send(request)).toEqual([{ kind: 'accepted' }]);
    const text = await (await fetch(`${control}/ledger?provider=${name}`)).text();
    const records = text.slice(1, -1).split(',\n');
    expect(records).toHaveLength(requests.length);
    return records.map((record) => {
      const { headers } = JSON.parse(record) as Arrived;
      return { headers, body: record.slice(record.indexOf(',"body":') + ',"body":'.length, -1) };
    });
  }

  it(
    `reach APNs with the same headers and the same bytes, but for the order of members: ${messages} of every shape`,
    async () => {
      const requests = Array.from({ length: messages }, (_, n) =>
        n % 15 === 0 ? someLiveActivity(n, clock.now(), apnsTo(n)) : someRequest(n, clock.now(), apnsTo(n)),
      );
      const [ours, theirs] = [await arrivedBy('apns', 'own', requests), await arrivedBy('apns', 'library', requests)];

      // node-apn leaves the port out of its authority, which real APNs' has not either.
      expect(theirs.map(({ headers }) => without(headers, [':authority']))).toEqual(
        ours.map(({ headers }) => without(headers, [':authority'])),
      );
      expect(theirs.map(({ body }) => ordered(JSON.parse(body)))).toEqual(ours.map(({ body }) => ordered(JSON.parse(body))));
      expect(theirs.map(({ body }) => Buffer.byteLength(body))).toEqual(ours.map(({ body }) => Buffer.byteLength(body)));
    },
    5 * minutes,
  );

  it(
    `reach FCM with the same message, in the words of proto3's JSON: ${messages} of every shape`,
    async () => {
      const requests = Array.from({ length: messages }, (_, n) => ({
        ...someRequest(n, clock.now(), fcmTo(n)),
        ...(n % 31 === 0 && { validateOnly: true }),
      }));
      const kept = requests.filter(({ validateOnly }) => validateOnly !== true);
      const [ours, theirs] = [await arrivedBy('fcm', 'own', kept), await arrivedBy('fcm', 'library', kept)];
      const looked = requests.filter(({ validateOnly }) => validateOnly === true);
      for (const request of looked) expect(await provider('fcm', 'library').send(request)).toEqual([{ kind: 'accepted' }]);

      // It speaks HTTP/1.1, under its own names, and says the character set of JSON.
      for (const { headers } of theirs)
        expect(Object.keys(headers).sort()).toEqual([...ofFirebaseAdmin, ...ofHttp1, 'content-type'].sort());
      for (const { headers } of ours)
        expect(Object.keys(without(headers, [':authority', ':method', ':path', ':scheme']))).toEqual(['content-type']);
      expect(new Set(theirs.map(({ headers }) => headers['content-type']?.split(';')[0]))).toEqual(new Set(['application/json']));
      expect(theirs.map(({ body }) => inProtoNames(body))).toEqual(ours.map(({ body }) => inProtoNames(body)));
    },
    5 * minutes,
  );

  it.each([
    ...[
      'invalid_since:1760000000000',
      'wrong_sender',
      'throttled:1',
      'unavailable',
      'answer:InternalServerError',
      'answer:BadPriority',
    ].map((fault) => ['apns', fault] as const),
    ...['answer:PayloadTooLarge', 'answer:ExpiredToken', 'answer:TopicDisallowed'].map((fault) => ['apns', fault] as const),
    ...['invalid', 'wrong_sender', 'throttled:1', 'answer:THIRD_PARTY_AUTH_ERROR'].map((fault) => ['fcm', fault] as const),
  ])('have the outcomes that ours have: %s, %s', async (name, behaviour) => {
    const to = name === 'apns' ? apnsTo(1) : fcmTo(1);
    await put('/faults', { provider: name, token: to.token, behaviour });
    const outcomes = [];
    for (const way of ['own', 'library'] as const) outcomes.push(await provider(name, way).send(someRequest(1, clock.now(), to)));
    await put('/faults', { provider: name, token: to.token, behaviour: 'ok' });

    const [ours, theirs] = outcomes.map(([outcome]) => outcome);
    expect(ours?.kind).not.toBe('accepted');
    // When exactly it was, another request is told another time.
    expect({ ...theirs, invalidSince: 0 }).toEqual({ ...ours, invalidSince: 0 });
  });

  it(
    'make channels that ours sees, see ours, and push to them',
    async () => {
      const [errand] = PROVIDER_PLUGS.apns.errands(dispatcherSettings.parse({}), { ...ground('own'), installations: undefined as never });
      const channels = errand as ProviderErrand<'apns_channel'>;
      const place = { app: 'demo', bundleId: 'app.demo', environment: 'production' } as const;
      const [{ apns: at }, { apns: key }] = (await Promise.all(
        ['/listeners', '/accounts'].map(async (path) => (await fetch(`${control}${path}`)).json()),
      )) as [
        { apns: { host: string; ca: string; port: number; channels: { production: { port: number } } } },
        { apns: { privateKey: string; keyId: string; teamId: string } },
      ];
      const theirs = new apn.Provider({
        token: { key: key.privateKey, keyId: key.keyId, teamId: key.teamId },
        ...{
          address: at.host,
          port: at.port,
          ca: [at.ca],
          manageChannelsAddress: at.host,
          manageChannelsPort: at.channels.production.port,
        },
      });
      const asked = (members: object) => Object.assign(new apn.Notification(), members);
      try {
        const made = await theirs.manageChannels(asked({ payload: { 'message-storage-policy': 1 } }), 'app.demo', 'create');
        const madeByThem = String((made.sent[0] as unknown as Record<string, string>)['apns-channel-id']);
        const madeByUs = await channels.execute({ ...place, do: 'create', storage: 'none' });
        if (!('channelId' in madeByUs)) throw new Error(JSON.stringify(madeByUs));
        const listed = await theirs.manageChannels(asked({}), 'app.demo', 'readAll');

        expect(await channels.execute({ ...place, do: 'show', channelId: madeByThem })).toEqual({
          channelId: madeByThem,
          storage: 'latest',
        });
        expect(await channels.execute({ ...place, do: 'list' })).toEqual({ channels: [madeByThem, madeByUs.channelId] });
        expect(listed.sent).toMatchObject([{ channels: [madeByThem, madeByUs.channelId] }]);

        const to = { token: madeByThem, addressed: 'channel', bundleId: 'app.demo' } as const;
        const requests = [1, 2, 3].map((n) => someLiveActivity(n, clock.now(), to));
        const [ours, through] = [await arrivedBy('apns', 'own', requests), await arrivedBy('apns', 'library', requests)];
        expect(through.map(({ headers }) => without(headers, [':authority']))).toEqual(
          ours.map(({ headers }) => without(headers, [':authority'])),
        );
        expect(through.map(({ body }) => ordered(JSON.parse(body)))).toEqual(ours.map(({ body }) => ordered(JSON.parse(body))));

        await theirs.manageChannels(asked({ channelId: madeByUs.channelId }), 'app.demo', 'delete');
        expect(await channels.execute({ ...place, do: 'delete', channelId: madeByThem })).toEqual({ done: true });
        expect(await channels.execute({ ...place, do: 'list' })).toEqual({ channels: [] });
        const gone = await theirs.manageChannels(asked({ channelId: madeByThem }), 'app.demo', 'read');
        expect(gone.failed).toMatchObject([{ response: { reason: 'ChannelNotRegistered' } }]);
      } finally {
        await new Promise<void>((resolve) => { void theirs.shutdown(() => { resolve(); }); }); // prettier-ignore
      }
    },
    minutes,
  );
});

function without(headers: Arrived['headers'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

/** Text of a value with the members of its objects in one order. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}

/** The body with the names, enums and durations that firebase-admin spells in another of proto3's ways as we spell them. */
function inProtoNames(body: string): unknown {
  const text = body
    .replaceAll('"fcmOptions":', '"fcm_options":')
    .replaceAll('"analyticsLabel":', '"analytics_label":')
    .replaceAll(/"priority":"(high|normal)"/g, (_, word: string) => `"priority":"${word.toUpperCase()}"`)
    .replaceAll(/"(\d+\.\d*[1-9])0*s"/g, '"$1s"');
  return JSON.parse(text);
}
