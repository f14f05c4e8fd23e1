import { BUILT_PROVIDERS, uuid5 } from '#libs/kernel';
import fc from 'fast-check';
import { askRaw, type Request } from './fuzz/ask.ts';
import { eventRequests } from './fuzz/events.ts';
import { Fuzzer } from './fuzz/fuzzer.ts';
import { HeldUpWatch } from './fuzz/held-up.ts';
import { hostileHeaders, hostileSegment, anyMethod, rawRequests } from './fuzz/hostile.ts';
import { largeSends } from './fuzz/large-sends.ts';
import { longSends, mebibytes } from './fuzz/mebibytes.ts';
import {
  inPlayableOrder,
  operationsOf,
  requestsOf,
  unknownIn,
  usualPath,
  usualRequests,
  type Document,
  type Known,
} from './fuzz/operations.ts';
import { somethingKnown } from './fuzz/something-known.ts';
import { costlyMessages, costlyPairs, costlyVariables, liquid, tagExpression } from './fuzz/templates.ts';
import { ADMIN_KEY, Platform, until } from './support/platform.ts';
import { Shop, addUp, type SendRecord } from './support/shop.ts';

const minutes = 60_000;
/** The same every time, so that a failure is about the change; `FUZZ_SEED=random` or a number plays others. */
const seed = seedFrom(process.env['FUZZ_SEED'] ?? '4');
const most = Number(process.env['FUZZ_RUNS'] ?? '200');
/** For the calls of the document together, and for each of the other kinds; on a slow machine less is played. `FUZZ_SECONDS=Infinity` plays it all. */
const budgetMs = 1_000 * Number(process.env['FUZZ_SECONDS'] ?? '60');
const limitMs = budgetMs === Infinity ? 60 * minutes : 5 * minutes;
const times = (factor: number) => ({ most: factor * most, least: most / 4, within: budgetMs / 2 });
/** The law of the event loop: nothing that anybody sends makes the server's main thread work longer in one piece. */
const maxCpuMs = 100;
/** Said by a call that has found what the path names. */
const inside = new Set([409, 412, 422]);
const ended = ['done', 'stopped', 'failed', 'no_target'];

describe('whatever is sent', () => {
  let platform: Platform;
  let shop: Shop;
  let fuzzer: Fuzzer;
  let document: Document;
  let known: Known;
  let startedAt: string;
  const watch = new HeldUpWatch();

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false', ...watch.env });
    shop = await Shop.open(platform, 'fuzz');
    known = await somethingKnown(platform, shop);
    document = (await platform.call<Document & Record<string, never>>('GET', '/v1/openapi.json')).body;
    startedAt = await startOf(platform);
    fuzzer = new Fuzzer(platform, shop, watch, seed, maxCpuMs);
  });

  afterAll(async () => {
    await platform.end();
    watch.end();
  });

  it('in any call of the document gets a good answer or a problem', async () => {
    const operations = inPlayableOrder(operationsOf(document));
    const runs = { most, least: most / 20, within: budgetMs / operations.length };
    for (const operation of operations) {
      const { schemas } = document.components;
      const target = aimed(known, operation.method, operation.path);
      const call = `${operation.method} ${operation.path}`;
      await fuzzer.play(requestsOf(operation, schemas, target), runs, call, usualRequests(operation, schemas, target));
    }
    await letGo(platform, shop);
  }, limitMs); // prettier-ignore

  it('gets into every call of the document: a new one needs something that its path names', () => {
    const unknown = operationsOf(document).flatMap((operation) => unknownIn(operation, known));
    const closed = [...fuzzer.byCall].filter(([, statuses]) => ![...statuses].some((status) => inside.has(status) || status < 400));

    expect(unknown).toEqual([]);
    expect(closed.map(([call, statuses]) => `${call}: ${[...statuses].join()}`)).toEqual([]);
  });

  it('to paths and with methods that no call has, gets a problem', async () => {
    const requests = fc
      .record({ method: anyMethod, segments: fc.array(hostileSegment, { maxLength: 6 }), headers: hostileHeaders })
      .map(({ method, segments, headers }): Request => ({ method, path: `/${segments.join('/')}`, headers }));

    await fuzzer.play(requests, times(4));
  });

  it('and is hardly HTTP is refused, or the connection is', async () => {
    for (const bytes of rawRequests) {
      expect(await askRaw(platform.url, Buffer.from(bytes, 'latin1'))).toMatch(/^(|HTTP\/1\.1 [234]\d\d [^]*)$/);
    }
  });

  it('as an event of any mode gets a verdict, and what is accepted makes its send', async () => {
    await fuzzer.play(eventRequests(shop.app, shop.key), times(10));

    const ids = Array.from({ length: 20 }, (_, index) => `last-${index}`);
    const batch = ids.map((id) => ({ specversion: '1.0', id, source: '/fuzz', type: 'send.requested.v1', data: { app: shop.app, to: { users: ['u0'] }, message: { title: 'Hi' } } })); // prettier-ignore
    const { status } = await platform.call('POST', '/v1/events', batch, {
      key: shop.key,
      headers: { 'content-type': 'application/cloudevents-batch+json' },
    });
    expect(status).toBe(202);
    for (const id of ids) {
      const path = `/sends/${uuid5(shop.app, '/fuzz', id)}`;
      await until(async () => (await shop.call('GET', path)).status, (found) => found === 200); // prettier-ignore
    }
  });

  it('as a tag expression is counted or refused with a position', async () => {
    const requests = tagExpression.map((tags) => post(shop, '/audiences/preview', { tags }));

    await fuzzer.play(requests, times(8));
  });

  it('as Liquid is sent, refused, or fails for its recipient alone', async () => {
    const requests = fc
      .record({ title: liquid, body: liquid, variables: fc.constantFrom(...costlyVariables) })
      .map(({ variables, ...message }) =>
        post(shop, '/sends', { to: { installations: ['p0', 'p1'] }, message, variables, options: { purpose: 'transactional' } }),
      );
    await fuzzer.play(requests, times(4));

    for (const [index, costly] of costlyMessages.entries()) {
      const message = { ...costly, subtitle: '{{ installation.id }}' }; // a rendering for each
      const variables = costlyVariables[index % costlyVariables.length];
      await fuzzer.send(post(shop, '/sends', { to: { everyone: true }, message, variables, options: { ttl: 60 } }));
    }
  });

  it('as filters over filters is stopped before anybody waits for it', async () => {
    for (const { message, variables } of costlyPairs) {
      await fuzzer.send(
        post(shop, '/sends', { to: { installations: ['p0', 'p1'] }, message, variables, options: { purpose: 'transactional' } }),
      );
    }
  });

  it('in megabytes is refused at once, or taken', async () => {
    for (const body of largeSends) await fuzzer.send(post(shop, '/sends', body));

    expect(fuzzer.sends.size).toBeGreaterThan(0);
  });

  it('in a mebibyte of any shape is refused briefly, or taken', async () => {
    const operations = operationsOf(document);
    const within = budgetMs / operations.length;
    for (const operation of operations) {
      const path = usualPath(operation, aimed(known, operation.method, operation.path));
      await fuzzer.sendAll(mebibytes(operation, document.components.schemas, path, ADMIN_KEY), within);
      if (operation.method !== 'PUT' || !operation.path.endsWith('/installations/{id}')) continue;
      // An SDK is forgiven what it says too much, which is work of its own.
      await fuzzer.sendAll(mebibytes(operation, document.components.schemas, path, known.keys.at(-2) ?? ''), within);
    }
    await fuzzer.sendAll(longSends(shop.app, shop.key), budgetMs / 2);
    await letGo(platform, shop);
  }, limitMs); // prettier-ignore

  it('is not lost once it is accepted', async () => {
    for (const id of fuzzer.sends) {
      await shop.call('POST', `/sends/${id}/resume`);
      const over = ({ state }: SendRecord) => ended.includes(state);
      const isWaiting = ({ state, expectedEndAt, ramp }: SendRecord) =>
        state === 'scheduled' || (state === 'sending' && fuzzer.hasQuietHours) || (state === 'planning' && (expectedEndAt ?? ramp) !== null);
      const is = (which: (send: SendRecord) => boolean) =>
        until(
          () => shop.call<SendRecord>('GET', `/sends/${id}`),
          ({ body: send }) => which(send),
          5 * minutes,
        );
      const { body: now } = await is((send) => over(send) || isWaiting(send));
      if (!over(now)) await shop.call('POST', `/sends/${id}/stop`); // it would wait for its time, for the morning, or for a step of its ramp
      const { body } = await is(over);
      expect(addUp(body.counts)).toBe(true);
    }
    for (const id of fuzzer.installations) expect(await shop.call('GET', `/installations/${id}`)).toMatchObject({ status: 200 });
    expect(fuzzer.sends.size).toBeGreaterThan(20);
  }, limitMs); // prettier-ignore

  it('never stops the process, and never holds up the others', async () => {
    expect(watch.during(0, Date.now())).not.toEqual([]); // it watches: a start is work
    expect(await fuzzer.convicted()).toEqual([]);
    expect(await startOf(platform)).toBe(startedAt);
  });
});

/** What calls held or paused, and quiet hours that they set, would keep every later send from its end. */
async function letGo(platform: Platform, { app }: Shop): Promise<void> {
  expect(await platform.call('PATCH', `/v1/apps/${app}`, { settings: { quietHours: null, frequencyCaps: null } })).toMatchObject({
    status: 200,
  });
  const calls = ['/v1/system/release', ...BUILT_PROVIDERS.map((provider) => `/v1/apps/${app}/providers/${provider}/resume`)];
  for (const path of calls) expect(await platform.call('POST', path)).toMatchObject({ status: 200 });
}

/** Calls that end an app are aimed at another one, and those that erase a person at somebody whose installations nobody counts on. */
function aimed(known: Known, method: string, path: string): Known {
  if (method !== 'DELETE') return known;
  if (path === '/v1/apps/{app}') return { ...known, ids: { app: ['other'] } };
  return path === '/v1/apps/{app}/users/{externalId}' ? { ...known, ids: { ...known.ids, externalId: ['gone', 'nobody'] } } : known;
}

function post(shop: Shop, path: string, body: object | string): Request {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${shop.key}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
  };
  return { method: 'POST', path: `/v1/apps/${shop.app}${path}`, headers, body: text };
}

/** Another process would have started at another time. */
async function startOf(platform: Platform): Promise<string> {
  const { body } = await platform.call<string & Record<string, never>>('GET', '/metrics');
  return /^process_start_time_seconds (\S+)$/m.exec(body)![1]!;
}

function seedFrom(text: string): number {
  return text === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(text);
}
