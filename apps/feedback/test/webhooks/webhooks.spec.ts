import { AppRepository, AuditLog } from '#libs/access';
import { sendFinishedV1, eventOf } from '#libs/events';
import { newId } from '#libs/kernel';
import { eventually } from '#libs/testing';
import { EventParts, eventMigrations, startHttp, type TestHttp } from '#libs/testing/http';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as PublicWebhook } from 'standardwebhooks';
import { feedback } from '../../src/feedback.module.ts';
import { DeliverWebhooks } from '../../src/webhooks/deliver-webhooks.ts';
import { TellWebhooks } from '../../src/webhooks/tell-webhooks.ts';

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const counts = { targeted: 1, suppressed: 0, accepted: 1, failed: 0, possibleDuplicates: 0 };
let http: TestHttp;
let receiver: Server;
let posted: Posted[];
/** What the receiver answers, by path; undefined: nothing at all. */
let answers: Record<string, number | undefined>;
let retryAfter: string | undefined;

beforeEach(async () => {
  posted = [];
  answers = {};
  retryAfter = undefined;
  receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      posted.push({ headers: request.headers, body });
      const { url = '/' } = request;
      const status = url in answers ? answers[url] : 200;
      if (status !== undefined)
        response.writeHead(status, { location: '/elsewhere', ...(retryAfter !== undefined && { 'retry-after': retryAfter }) }).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  http = await startHttp({
    imports: [EventParts.embedded(), feedback.module(feedback.settings.parse({ OUTBOUND_ALLOW: '127.0.0.1' }), 'embedded')],
    migrations: eventMigrations,
  });
  await http.keys.app('shop');
});

afterEach(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await http.close();
});

const urlOf = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`;

async function call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  return http.call(method, `/v1/apps/shop/webhooks${path}`, {
    key: await http.keys.key('shop', 'server'),
    headers,
    ...(body !== undefined && { body }),
  });
}

async function put(name: string, path: string, types = ['send.*']): Promise<string> {
  const { status, body } = await call('PUT', `/${name}`, { url: urlOf(path), types });
  expect(status).toBe(201);
  return (body as { secret: string }).secret;
}

async function tell(sendId: string, times = 1): Promise<void> {
  const { envelope } = eventOf(
    sendFinishedV1,
    { app: 'shop', sendId, state: 'done', counts },
    { id: `finished ${sendId}`, source: 'test', at: 0 },
  );
  for (let n = 0; n < times; n += 1) await http.app.get(TellWebhooks).execute('shop', [envelope]);
}

/** A round of the sweep, with all that it starts. */
async function round(): Promise<void> {
  await http.app.get(DeliverWebhooks).execute();
  await http.app.get(DeliverWebhooks).settled();
}

const deliveries = async (name: string) => (await call('GET', `/${name}/deliveries`)).body as { items: Record<string, unknown>[] };
const sendIdsOf = (some: readonly Posted[]) => some.map(({ body }) => (JSON.parse(body) as { data: { sendId: string } }).data.sendId);

describe('webhooks', () => {
  it('show their secret once, keep it sealed, and are listed, changed and deleted', async () => {
    const secret = await put('crm', '/');

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const again = await call('PUT', '/crm', { url: urlOf('/other'), types: ['*'], description: 'CRM' });
    expect(again).toMatchObject({ status: 200, body: { name: 'crm', url: urlOf('/other'), description: 'CRM', enabled: true } });
    const shown = [again, await call('GET', '/crm'), await call('GET', '')].map(({ text }) => text).join();
    expect(shown).not.toContain('whsec_');
    expect(JSON.stringify(http.store.sql('SELECT document FROM webhooks').all())).not.toContain(secret.slice(6));
    expect(await call('DELETE', '/crm')).toMatchObject({ status: 204 });
    expect(await call('GET', '/crm')).toMatchObject({ status: 404, body: { code: 'webhook_not_found' } });
  });

  it('are written and deleted on the condition that nobody else wrote first', async () => {
    const another = { url: urlOf('/another'), types: ['*'] };
    await put('crm', '/');
    const { etag = '' } = (await call('GET', '/crm')).headers as { etag?: string };
    expect(etag).toBe('"1"');

    for (const headers of [{ 'if-none-match': '*' }, { 'if-match': '"stale"' }, { 'if-match': 'W/"1"' }] as const)
      for (const method of ['PUT', 'DELETE'])
        expect(await call(method, '/crm', method === 'PUT' ? another : undefined, headers)).toMatchObject({
          status: 412,
          body: { code: 'revision_mismatch' },
        });
    expect(await call('GET', '/crm')).toMatchObject({ headers: { etag }, body: { url: urlOf('/') } });

    expect(await call('PUT', '/crm', another, { 'if-match': `"99", ${etag}` })).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(await call('GET', '/crm', undefined, { 'if-none-match': '"2"' })).toMatchObject({ status: 304 });
    expect(await call('PUT', '/new', another, { 'if-match': '*' })).toMatchObject({ status: 412 });
    expect(await call('PUT', '/new', another, { 'if-none-match': '*' })).toMatchObject({ status: 201 });
    expect(await call('DELETE', '/crm', undefined, { 'if-match': '"2"' })).toMatchObject({ status: 204 });
  });

  it('are refused with what is wrong: types that are none, and URLs that may not be called', async () => {
    const bodies = [
      { url: 'https://10.0.0.1/', types: ['send.*'] },
      { url: 'http://example.com/', types: ['send.*'] },
      { url: 'no url', types: ['send.finnished'] },
    ];
    const answered = await Promise.all(bodies.map((body) => call('PUT', '/crm', body)));

    expect(answered.map(({ status }) => status)).toEqual([400, 400, 400]);
    expect(answered.map(({ body }) => (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer))).toEqual([
      ['/url'],
      ['/url'],
      ['/url', '/types/0'],
    ]);
  });

  it('are for server keys, up to twenty of an app', async () => {
    const key = await http.keys.key('shop', 'sdk');
    expect(await http.call('GET', '/v1/apps/shop/webhooks', { key })).toMatchObject({ status: 403 });
    for (let n = 0; n < 20; n += 1) await put(`hook-${n}`, '/');

    expect(await call('PUT', '/one-more', { url: urlOf('/'), types: ['*'] })).toMatchObject({
      status: 409,
      body: { code: 'webhooks_full' },
    });
    expect(await call('PUT', '/hook-3', { url: urlOf('/'), types: ['*'] })).toMatchObject({ status: 200 });
  });

  it('are posted each fact once, signed as a public library verifies it, also while a secret is replaced', async () => {
    const now = Math.round(performance.timeOrigin + performance.now()); // the library looks at the time
    http.clock.advance(now - http.clock.now());
    const secret = await put('crm', '/');
    await put('other', '/not-this', ['installation.*']);
    await tell('one', 3);
    await round();
    const rotated = (await call('POST', '/crm/rotate')).body as { secret: string };
    http.clock.advance(2_000);
    await tell('two');
    await round();

    expect(sendIdsOf(posted)).toEqual(['one', 'two']);
    const verified = ({ headers, body }: Posted, by: string) => new PublicWebhook(by).verify(body, headers as Record<string, string>);
    const [one, two] = posted as [Posted, Posted];
    expect(verified(one, secret)).toMatchObject({
      type: 'send.finished.v1',
      specversion: '1.0',
      data: { sendId: 'one' },
    });
    expect(verified(two, secret)).toEqual(verified(two, rotated.secret));
    expect((await deliveries('crm')).items).toMatchObject([
      { state: 'delivered', attempts: 1, status: 200, error: null, type: 'send.finished' },
      { state: 'delivered' },
    ]);
  });

  it('that fail are tried again with the same id, and a slow one holds up nobody', async () => {
    answers = { '/fails': 503, '/slow': undefined, '/moved': 302 };
    for (const name of ['fails', 'slow', 'moved', 'fine']) await put(name, `/${name}`);
    await tell('one');
    await http.app.get(DeliverWebhooks).execute();
    await eventually(
      () => deliveries('fine'),
      ({ items }) => items[0]?.['state'] === 'delivered',
    );

    expect((await deliveries('slow')).items).toMatchObject([{ state: 'pending', attempts: 0 }]);
    await eventually(
      () => deliveries('moved'),
      ({ items }) => items[0]?.['error'] === 'redirects are not followed',
    );
    await tell('two');
    await http.app.get(DeliverWebhooks).execute();
    await eventually(
      () => deliveries('fine'),
      ({ items }) => items.length === 2 && items.every(({ state }) => state === 'delivered'),
    );
    answers['/fails'] = 200;
    http.clock.advance(5_000);
    await http.app.get(DeliverWebhooks).execute();
    await eventually(
      () => deliveries('fails'),
      ({ items }) => items.length === 2 && items.every(({ state }) => state === 'delivered'),
    );
    receiver.closeAllConnections();
    await http.app.get(DeliverWebhooks).settled();
  });

  it('that fail for three days are disabled, listed, and deliver what is replayed once they are well', async () => {
    answers = { '/': 500 };
    await put('crm', '/');
    await tell('one');
    for (let n = 0; n < 30; n += 1) {
      await round();
      http.clock.advance(4 * 3_600_000);
    }

    expect((await call('GET', '/crm')).body).toMatchObject({ enabled: false, disabledFor: 'failing' });
    expect((await call('GET', '/crm/deliveries?state=failed')).body).toMatchObject({
      items: [{ state: 'failed', status: 500 }],
      cursor: null,
    });
    answers = {};
    posted = [];
    expect(await call('POST', '/crm/replay', {})).toMatchObject({ status: 202, body: { replayed: 1 } });
    await round();
    expect(posted).toEqual([]);
    await call('PUT', '/crm', { url: urlOf('/'), types: ['send.*'] });
    await round();

    expect(sendIdsOf(posted)).toEqual(['one']);
    expect((await deliveries('crm')).items).toMatchObject([{ state: 'delivered' }]);
    expect((await call('GET', '/crm')).body).toMatchObject({ enabled: true, disabledFor: null });
  });

  it('are posted many facts at once where they ask for it, signed as one, and a batch that is refused comes again whole', async () => {
    http.clock.advance(Math.round(performance.timeOrigin + performance.now()) - http.clock.now());
    answers = { '/': 503 };
    const batch = { max: 100 };
    const made = await call('PUT', '/crm', { url: urlOf('/'), types: ['send.*'], batch });
    expect(made).toMatchObject({ status: 201, body: { batch } });
    for (let n = 0; n < 200; n += 1) await tell(`send ${n}`);
    await round();
    answers = {};
    await tell('new');
    http.clock.advance(5_000);
    await round();

    const { secret } = made.body as { secret: string };
    const listOf = ({ headers, body }: Posted) => new PublicWebhook(secret).verify(body, headers as Record<string, string>) as object[];
    const idsOf = (some: readonly Posted[]) => some.map(({ headers }) => headers['webhook-id']).toSorted();
    expect(posted.map((one) => listOf(one).length).toSorted()).toEqual([1, 100, 100, 100, 100]);
    expect(idsOf(posted.slice(2))).toEqual(expect.arrayContaining(idsOf(posted.slice(0, 2))));
    expect(new Set(posted.slice(2).flatMap((one) => listOf(one).map((fact) => (fact as { id: string }).id))).size).toBe(201);
    expect((await deliveries('crm')).items).toContainEqual(expect.objectContaining({ state: 'delivered', attempts: 2 }));
    expect(await call('PUT', '/crm', { url: urlOf('/'), types: ['send.*'], batch: { max: 101 } })).toMatchObject({ status: 400 });
  });

  it('are left alone for as long as they ask, with what comes meanwhile', async () => {
    answers = { '/': 429 };
    retryAfter = '600';
    await put('crm', '/');
    await put('other', '/other');
    await tell('one');
    await round();
    http.clock.advance(1);
    await tell('two');
    http.clock.advance(598_999);
    await round();
    expect(posted).toHaveLength(3);
    answers = {};
    http.clock.advance(1_000);
    await round();

    expect((await deliveries('crm')).items).toMatchObject([
      { state: 'delivered', attempts: 1 },
      { state: 'delivered', attempts: 2 },
    ]);
  });

  it('have a line in the audit for each change, with names and no values', async () => {
    await put('crm', '/');
    await call('PUT', '/crm', { url: urlOf('/'), types: ['send.*'] });
    await call('PUT', '/crm', { url: urlOf('/secret'), types: ['send.*'], enabled: false });
    await call('POST', '/crm/rotate');
    await call('DELETE', '/crm');
    http.clock.advance(1);
    await put('crm', '/');

    const all = await http.app.get(AuditLog, { strict: false }).list('shop', undefined, 100);
    const lines = all.filter(({ action }) => action.startsWith('webhook.'));
    expect(lines.map(({ action, target, fields }) => [action, target, fields]).toSorted()).toEqual([
      ['webhook.changed', 'crm', ['url', 'enabled']],
      ['webhook.created', 'crm', []],
      ['webhook.created', 'crm', []],
      ['webhook.deleted', 'crm', undefined],
      ['webhook.rotated', 'crm', undefined],
    ]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  it('are tested at once, whatever the types, and say how it ended', async () => {
    answers = { '/': 404 };
    const secret = await put('crm', '/');

    expect(await call('POST', '/crm/test')).toMatchObject({ status: 200, body: { type: 'webhook.test', state: 'failed', status: 404 } });
    answers = {};
    expect(await call('POST', '/crm/test')).toMatchObject({ status: 200, body: { state: 'delivered', attempts: 1, nextAttemptAt: null } });
    expect(posted[1]?.headers['webhook-id']).toEqual(expect.any(String));
    expect(secret).not.toBe('');
    expect((await deliveries('crm')).items).toHaveLength(2);
  });

  it('of an app that is deleted are told nothing', async () => {
    await put('crm', '/');
    await tell('one');
    const apps = http.app.get(AppRepository, { strict: false });
    const app = (await apps.findById('shop'))!;
    const line = { id: newId(), at: 1, app: 'shop', actor: 'test', action: 'app.deleted', target: 'shop' } as const;
    await apps.save({ ...app, revision: app.revision + 1, deletedAt: 1 }, line);
    http.clock.advance(3_600_000);
    await round();

    expect(posted).toEqual([]);
  });
});
