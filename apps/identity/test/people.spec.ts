import { CarryOutMerges } from '#libs/registry';
import { until } from '#libs/testing';
import { IdentityHttp, pointersOf, type Json } from './identity-http.ts';

let app: IdentityHttp;
beforeEach(async () => {
  app = await IdentityHttp.start();
});
afterEach(async () => {
  await app.close();
});

const post = (path: string, body: unknown, headers: Record<string, string> = {}) => app.call('POST', path, { body, headers });
const itemsOf = ({ body }: { body: Json }) => body['items'] as Json[];
const alias = { label: 'crm', name: 'C-17' };
const at = (ms: number) => new Date(app.http.clock.now() + ms).toISOString();

describe('POST …/users/track', () => {
  it('makes people and takes in attributes, tags and events, each item for itself', async () => {
    await app.phone('phone-1', 1, { user: 'kim' });
    const items = [
      {
        externalId: 'charlie',
        subscription: 'opted_in',
        attributes: { visits: { $inc: 2 }, address: { city: 'Paris' } },
        tags: { add: ['vip'] },
      },
      { externalId: 'charlie', attributes: { visits: { $inc: 1 }, teams: { $add: ['red'] } }, tags: { add: ['new'], remove: ['vip'] } },
      { installation: 'phone-1', events: [{ id: '1', name: 'order_placed', at: at(-1_000), properties: { total: 4.5 } }] },
      { alias, events: [{ id: '1', name: 'order_placed' }] },
      { externalId: 'charlie', attributes: { address: { $inc: 1 } } },
      { externalId: 'charlie', attributes: { teams: { $inc: 1 } } },
      { externalId: 'null' },
      { installation: 'nobody' },
      { externalId: 'a', alias },
      { externalId: 'a', mood: 1, attributes: { a: { b: { c: { d: 1 } } } }, events: [{ name: '' }, { name: 'x', at: at(400_000) }] },
      {
        externalId: 'a',
        events: [
          { name: 'x', at: at(400_000) },
          { name: 'x', at: at(-31 * 86_400_000) },
        ],
      },
      'nothing',
    ];

    const answer = await post('users/track', items);

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ accepted: 5, rejected: 7 });
    expect(itemsOf(answer).map(({ status, problem }) => (problem as Json | undefined)?.['code'] ?? status)).toEqual([
      'accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'attribute_mismatch', 'external_id_reserved', 'installation_not_found',
      'request_invalid', 'request_invalid', 'request_invalid', 'request_invalid',
    ]); // prettier-ignore
    expect((itemsOf(answer)[10]?.['problem'] as { errors: Json[] }).errors.map(({ pointer }) => pointer)).toEqual([
      '/events/0/at',
      '/events/1/at',
    ]);
    expect((await app.user('charlie')).body).toMatchObject({
      subscription: 'opted_in',
      tags: ['new'],
      attributes: { visits: 3, address: 1, teams: ['red'] },
    });
    expect((await app.user('a')).status).toBe(404);
  });

  it('counts an event once, and a call once under its key', async () => {
    const body = [{ externalId: 'kim', attributes: { visits: { $inc: 1 } }, events: [{ name: 'view' }] }];
    const told = [{ externalId: 'kim', events: [{ id: 'order-1', name: 'order' }] }];

    for (let n = 0; n < 2; n += 1) await post('users/track', body, { 'idempotency-key': 'k1' });
    const answers = [await post('users/track', told), await post('users/track', told)];

    expect(answers.map((answer) => itemsOf(answer)[0]?.['status'])).toEqual(['accepted', 'duplicate']);
    const { body: exported } = await app.call('GET', 'users/kim/export');
    expect(exported['events']).toMatchObject([{ name: 'order', total: 1 }, { name: 'view', total: 1 }]); // prettier-ignore
    expect(exported['user']).toMatchObject({ attributes: { visits: 1 } });
  });

  it('takes 1,000 items and no more, and is no call of SDKs', async () => {
    const some = (count: number) => Array.from({ length: count }, (_, n) => ({ externalId: `u${n % 700}`, attributes: { n } }));

    expect((await post('users/track', some(1_000))).body).toMatchObject({ accepted: 1_000 });
    expect((await app.user('u299')).body['attributes']).toEqual({ n: 999 });
    expect((await post('users/track', some(1_001))).status).toBe(400);
    expect((await post('users/track', { items: 1 })).status).toBe(400);
    expect((await app.call('POST', 'users/track', { body: [], key: app.sdk })).status).toBe(403);
  });

  it('tells what is wrong in no more room than the request had', async () => {
    const items = Array.from({ length: 1_000 }, () => ({ x: 1 }));

    const answer = await post('users/track', items);

    expect(answer.body).toMatchObject({ rejected: 1_000 });
    expect(answer.text.length).toBeLessThan(250_000);
  });

  it('answers no more than 64 KiB to a thousand items that are none, and eight for a few; each has its result', async () => {
    for (const [count, most] of [
      [1_000, 65_536],
      [75, 8_192],
    ] as const) {
      const answer = await post('users/track', Array(count).fill({}));

      const { items, rejected } = answer.body as { items: { status: string; problem?: { code: string } }[]; rejected: number };
      expect(answer.status).toBe(200);
      expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(most);
      expect([items.length, rejected]).toEqual([count, count]);
      expect(items[0]?.problem?.code).toBe('request_invalid');
    }
  });
});

describe('aliases', () => {
  it('R33: POST …/users/identify gives people with an alias alone an id, or merges them into whoever has it', async () => {
    await post('users/track', [{ alias, attributes: { plan: 'pro' } }, { alias: { label: 'crm', name: 'C-18' } }, { externalId: 'lee' }]);

    const answer = await post('users/identify', [
      { alias, externalId: 'kim' },
      { alias: { label: 'crm', name: 'C-18' }, externalId: 'lee' },
      { alias: { label: 'crm', name: 'C-19' }, externalId: 'max' },
      { alias, externalId: 'lee' },
    ]);

    expect(itemsOf(answer).map(({ status, problem }) => (problem as Json | undefined)?.['code'] ?? status)).toEqual([
      'identified', 'merged', 'user_not_found', 'alias_of_known_user',
    ]); // prettier-ignore
    expect((await app.user('kim')).body).toMatchObject({ attributes: { plan: 'pro' }, aliases: [alias] });
    expect((await app.user('lee')).body['aliases']).toEqual([{ label: 'crm', name: 'C-18' }]);
    expect(itemsOf(await post('users/identify', [{ alias, externalId: 'kim' }]))).toEqual([{ status: 'unchanged' }]);
    expect(
      (
        await post(
          'users/identify',
          Array.from({ length: 51 }, () => ({ alias, externalId: 'kim' })),
        )
      ).status,
    ).toBe(400);
  });

  it('are a part of what a PATCH sets, each of one person; an SDK may not', async () => {
    const headers = await app.ownPhone('phone-1', 1, 'charlie');
    const set = (externalId: string, aliases: unknown) => app.call('PATCH', `users/${externalId}`, { body: { aliases } });

    expect((await set('kim', [alias])).body['aliases']).toEqual([alias]);
    expect((await set('lee', [alias])).body).toMatchObject({ status: 409, code: 'alias_taken' });
    expect(pointersOf(await set('lee', [{ label: 'a b', name: '' }]))).toEqual(['/aliases/0/label', '/aliases/0/name']);
    expect((await set('kim', null)).body['aliases']).toEqual([]);
    expect((await set('lee', [alias])).status).toBe(200);
    expect((await app.call('PATCH', 'users/charlie', { body: { aliases: [] }, key: app.sdk, headers })).body['code']).toBe(
      'field_not_writable',
    );
  });
});

describe('R34: POST …/users/merge', () => {
  it('is answered at once and says by its operation what became of each pair', async () => {
    await app.phone('phone-1', 1, { user: 'old' });
    await post('users/track', [{ externalId: 'kim' }, { alias }]);

    const begun = await post('users/merge', [
      { from: 'old', into: 'kim' },
      { from: { alias }, into: { externalId: 'kim' } },
      { from: 'nobody', into: 'kim' },
    ], { 'idempotency-key': 'm1' }); // prettier-ignore
    const again = await post('users/merge', [{ from: 'old', into: 'kim' }, { from: { alias }, into: { externalId: 'kim' } }, { from: 'nobody', into: 'kim' }], { 'idempotency-key': 'm1' }); // prettier-ignore

    const { operation } = begun.body as { operation: string };
    expect(begun.status).toBe(202);
    expect(begun.headers['location']).toBe(`/v1/apps/demo/operations/${operation}`);
    expect(again.body).toEqual(begun.body);
    const read = () => app.call('GET', `operations/${operation}`);
    await until(async () => (await read()).body['state'] === 'done');
    expect((await read()).body).toMatchObject({
      state: 'done',
      items: [
        { from: 'old', into: 'kim', state: 'merged' },
        { from: 'crm:C-17', into: 'kim', state: 'merged' },
        { from: 'nobody', state: 'rejected', code: 'user_not_found' },
      ],
    });
    expect((await app.user('kim')).body).toMatchObject({ installations: [{ id: 'phone-1' }], aliases: [alias] });
    expect((await app.user('old')).status).toBe(404);
    expect((await app.call('GET', 'operations/none')).body).toMatchObject({ status: 404, code: 'operation_not_found' });
    expect(app.http.app.get(CarryOutMerges)).toBeDefined();
  });
});

describe('POST …/tags/bulk', () => {
  const send = (text: string, type = 'application/x-ndjson') =>
    app.call('POST', 'tags/bulk', { body: text, headers: { 'content-type': type } });

  it('counts every line that it refuses, also where it has no room to say why', async () => {
    const { body } = await send('{}\n'.repeat(5_000));

    expect(body).toMatchObject({ lines: 5_000, accepted: 0, rejected: 5_000 });
  });

  it('changes tags line by line', async () => {
    await app.phone('phone-1', 1, { user: 'kim' });
    const lines = [
      '{"externalId":"kim","add":["vip","new"]}',
      '{"installation":"phone-1","add":["beta"]}\r',
      '',
      '{"externalId":"kim","remove":["new"]}',
      '{"externalId":"nobody","add":["x"]}',
      '{"externalId":"kim","add":["not ok"]}',
      '{"externalId":"kim"',
      '{"add":["x"]}',
    ];

    const { status, body } = await send(lines.join('\n'));

    expect(status).toBe(200);
    expect(body).toMatchObject({ lines: 7, accepted: 3, rejected: 4 });
    expect((body['errors'] as Json[]).map(({ line, code }) => [line, code])).toEqual([
      [4, 'user_not_found'],
      [5, 'request_invalid'],
      [6, 'json_invalid'],
    ]);
    expect((await app.user('kim')).body['tags']).toEqual(['vip']);
  });

  it('takes 10,000 lines, and nothing but lines', async () => {
    await app.phone('phone-1', 1, { user: 'kim' });
    const line = '{"externalId":"nobody","add":["some_tag_of_some_length"],"remove":["another_tag_of_some_length_as_well_as_that"]}\n';

    expect((await send(line.repeat(10_000))).body).toMatchObject({ lines: 10_000, rejected: 10_000 });
    expect((await send(line.repeat(10_001))).status).toBe(400);
    expect((await send('\n')).status).toBe(400);
    expect((await send('[]', 'application/json')).status).toBe(415);
    expect((await send('a', 'text/plain')).status).toBe(415);
  });
});

describe('lists of users', () => {
  it('go page by page, filtered, without those who have become others', async () => {
    await post(
      'users/track',
      Array.from({ length: 25 }, (_, n) => ({ externalId: `u${n}`, tags: { add: n % 5 === 0 ? ['vip'] : [] } })),
    );
    await app.phone('phone-1', 1);
    const list = async (query: string) => {
      const names: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = `users?limit=10${query}${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const { body } = await app.call('GET', page);
        names.push(...itemsOf({ body }).map(({ externalId }) => externalId));
        cursor = body['cursor'] as string | null;
      }
      return names;
    };

    expect(new Set(await list('')).size).toBe(26);
    expect((await list('&tag=vip')).sort()).toEqual(['u0', 'u10', 'u15', 'u20', 'u5']);
    expect(await list('&known=false')).toEqual([null]);
    expect(await list('&subscription=unsubscribed')).toEqual([]);
    for (const bad of ['?tag=not%20ok', '?known=maybe', '?cursor=x', '?mood=1'])
      expect((await app.call('GET', `users${bad}`)).status).toBe(400);
    expect((await app.call('GET', 'users', { key: app.sdk })).status).toBe(403);
  });
});

describe('GET …/users/{externalId}/export', () => {
  it('is everything that is known, and no token', async () => {
    await app.phone('phone-1', 7, { user: 'kim' });
    await post('users/track', [
      {
        externalId: 'kim',
        attributes: { address: { city: 'Paris' } },
        events: [{ id: '1', name: 'order', properties: { cart: { size: 2 } } }],
      },
    ]);

    const { status, body, text } = await app.call('GET', 'users/kim/export');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      user: { externalId: 'kim', attributes: { address: { city: 'Paris' } }, aliases: [] },
      events: [{ name: 'order', total: 1, properties: { cart: { size: 2 } } }],
      installations: [{ id: 'phone-1', platform: 'ios' }],
      ledger: [{ event: 'registered', toExternalId: 'kim' }],
    });
    expect(Object.values((body['events'] as Json[])[0]?.['days'] as Json)).toEqual([1]);
    expect(text).not.toMatch(/"token"|"secretHash"|"claim"/);
    expect((await app.call('GET', 'users/nobody/export')).status).toBe(404);
  });
});

describe('POST …/installations/{id}/events', () => {
  it('counts what the owner did, for an SDK that proves its installation', async () => {
    const headers = await app.ownPhone('phone-1', 1);
    const body = [
      { id: '1', name: 'view' },
      { id: '2', name: 'view' },
    ];
    const tell = (call: object) => app.call('POST', 'installations/phone-1/events', { key: app.sdk, headers, body, ...call });

    expect(await tell({})).toMatchObject({ status: 202, body: { accepted: 2, duplicates: 0 } });
    expect((await tell({})).body).toMatchObject({ accepted: 0, duplicates: 2 });
    expect((await tell({ headers: {} })).body).toMatchObject({ status: 401, code: 'installation_secret_invalid' });
    expect(pointersOf(await tell({ body: [{ name: 'view', at: at(-31 * 86_400_000) }] }))).toEqual(['/0/at']);
    expect((await tell({ body: Array.from({ length: 101 }, () => body[0]) })).status).toBe(400);
    await app.changeUser('phone-1', 'kim');
    expect((await app.call('GET', 'users/kim/export')).body['events']).toMatchObject([{ name: 'view', total: 2 }]);
  });
});
