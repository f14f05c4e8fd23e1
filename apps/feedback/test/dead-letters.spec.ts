import type { HttpAnswer, TestHttp } from '#libs/testing/http';
import { newId } from '#libs/kernel';
import { DeadLetters, type DeadLetter } from '#libs/messaging';
import { startFeedback } from './feedback-http.ts';

let http: TestHttp;
let shopKey: string;

beforeEach(async () => {
  http = await startFeedback();
  await http.keys.app('other');
  shopKey = await http.keys.key('shop', 'server');
});

afterEach(() => http.close());

async function aLetter(offset: number, facts: Partial<DeadLetter> = {}): Promise<string> {
  const letter: DeadLetter = {
    id: newId(),
    group: 'carillon.campaign.push.request',
    service: 'campaign',
    topic: 'push.request',
    partition: 0,
    offset,
    key: 'k',
    type: 'send.requested.v1',
    app: 'shop',
    code: 'handler_failed',
    reason: 'it would not',
    tries: 5,
    at: http.clock.now(),
    original: `{"n":${offset}}`,
    truncated: false,
    headers: {},
    ...facts,
  };
  await http.app.get(DeadLetters).add(letter);
  return letter.id;
}

const ofShop = (method: string, path = '', body?: unknown): Promise<HttpAnswer> =>
  http.call(method, `/v1/apps/shop/dead-letters${path}`, { key: shopKey, ...(body !== undefined && { body }) });
const ofAll = (method: string, path = '', body?: unknown): Promise<HttpAnswer> =>
  http.call(method, `/v1/dead-letters${path}`, { key: http.keys.admin, ...(body !== undefined && { body }) });

/** What lies on a topic again. */
function replayedOn(topic: string): string[] {
  return http.store
    .sql(`SELECT value FROM log_records WHERE topic = ? AND headers LIKE '%carillon-replay-for%' ORDER BY partition, "offset"`)
    .all(topic)
    .map(({ value }) => String(value));
}

async function idsLeft(): Promise<string[]> {
  return ((await ofAll('GET')).body as { items: { id: string }[] }).items.map(({ id }) => id);
}

describe('dead letters over HTTP', () => {
  it('are inspected one by one, by whoever they belong to', async () => {
    const mine = await aLetter(1);
    const theirs = await aLetter(2, { app: 'other' });
    const nobodys = await aLetter(3, { app: null, type: null, code: 'unreadable', original: '{ broken' });

    expect(await ofShop('GET', `/${mine}`)).toMatchObject({
      status: 200,
      body: { id: mine, topic: 'push.request', code: 'handler_failed', tries: 5, original: '{"n":1}', app: 'shop' },
    });
    for (const id of [theirs, nobodys, 'none'])
      expect(await ofShop('GET', `/${id}`)).toMatchObject({ status: 404, body: { code: 'dead_letter_not_found' } });
    for (const id of [mine, theirs, nobodys]) expect(await ofAll('GET', `/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect(await http.call('GET', `/v1/dead-letters/${mine}`, { key: shopKey })).toMatchObject({ status: 403 });
  });

  it('are listed by topic, reason and age', async () => {
    const old = await aLetter(1);
    http.clock.advance(60_000);
    const at = new Date(http.clock.now()).toISOString();
    const unreadable = await aLetter(2, { code: 'unreadable' });
    const plan = await aLetter(3, { topic: 'push.plan' });
    const listed = async (query: string) =>
      ((await ofShop('GET', `?${query}`)).body as { items: { id: string }[] }).items.map(({ id }) => id).sort();

    expect(await listed('topic=push.plan')).toEqual([plan]);
    expect(await listed('reason=unreadable')).toEqual([unreadable]);
    expect(await listed(`before=${at}`)).toEqual([old]);
    expect(await listed(`since=${at}`)).toEqual([unreadable, plan].sort());
    expect(await ofShop('GET', '?colour=red')).toMatchObject({ status: 400 });
  });

  it('are replayed many at a time by the same filters, those of other apps left alone', async () => {
    for (const offset of [1, 2, 3]) await aLetter(offset);
    const others = [await aLetter(4, { app: 'other' }), await aLetter(5, { code: 'unreadable' }), await aLetter(6, { topic: 'push.plan' })];
    http.clock.advance(1);

    const answer = await ofShop('POST', '/replay', { topic: 'push.request', reason: 'handler_failed' });

    expect(answer).toMatchObject({ status: 200, body: { replayed: 3, truncated: 0, more: false } });
    expect(replayedOn('push.request').sort()).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect((await idsLeft()).sort()).toEqual(others.sort());
  });

  it('are replayed no further than the bound of a call, and the next call goes on', async () => {
    for (let offset = 0; offset < 50; offset += 1) await aLetter(offset);
    http.clock.advance(1);

    const answers = [];
    for (let call = 0; call < 3; call += 1) answers.push((await ofAll('POST', '/replay', { limit: 23 })).body);

    expect(answers).toEqual([
      { replayed: 23, truncated: 0, more: true },
      { replayed: 23, truncated: 0, more: true },
      { replayed: 4, truncated: 0, more: false },
    ]);
    expect(replayedOn('push.request')).toHaveLength(50);
    expect(await ofAll('POST', '/replay', { limit: 1_001 })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/limit' }] } });
  });

  it('that were kept in part stay, and one that came during the call waits for the next', async () => {
    const part = await aLetter(1, { truncated: true });
    await aLetter(2);
    http.clock.advance(1);
    const fresh = await aLetter(3);

    expect((await ofAll('POST', '/replay', {})).body).toEqual({ replayed: 1, truncated: 1, more: false });
    expect((await idsLeft()).sort()).toEqual([part, fresh].sort());
  });
});
