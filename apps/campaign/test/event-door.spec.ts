import { DeadLetters, SqliteEventLog } from '#libs/messaging';
import { until } from '#libs/testing';
import { CloudEvent, HTTP, Kafka, type Message } from 'cloudevents';
import { CampaignApp, app } from './campaign-app.ts';

let campaign: CampaignApp;

afterEach(() => campaign.close());

const body = { to: { users: ['4711'] }, message: { title: 'Hi' } };
const structured = { 'content-type': 'application/cloudevents+json' };
const batched = { 'content-type': 'application/cloudevents-batch+json' };

function anEvent(facts: Record<string, unknown> = {}) {
  return { specversion: '1.0', id: 'order-1', source: '/orders', type: 'send.requested.v1', data: { app, ...body }, ...facts };
}

async function open(consuming = true) {
  campaign = await CampaignApp.open({ consuming });
  await campaign.phone('p1', { user: '4711' });
}

function post(event: unknown, headers: Record<string, string> = structured) {
  return campaign.http.call('POST', '/v1/events', { key: campaign.key, body: event, headers });
}

/** As the HTTP server hands it over: no content type, headers more than once. */
async function inject(headers: Record<string, string | string[]>, payload: string) {
  const answer = await campaign.http.app.inject({
    ...{ method: 'POST', url: '/v1/events', payload },
    headers: { authorization: `Bearer ${campaign.key}`, 'content-length': String(Buffer.byteLength(payload)), ...headers },
  });
  return { status: answer.statusCode, body: JSON.parse(answer.payload) as unknown };
}

const sends = () => campaign.http.store.sql('SELECT id FROM sends').all();
const records = () =>
  campaign.http.store
    .sql('SELECT topic, key, value, headers FROM log_records')
    .all()
    .map(({ topic, value, headers }) => ({
      topic: String(topic),
      value: String(value),
      headers: JSON.parse(String(headers)) as Message['headers'],
    }));

describe('POST /v1/events, by the HTTP binding of CloudEvents', () => {
  const attributes = { 'ce-specversion': '1.0', 'ce-id': 'b1', 'ce-source': '/orders', 'ce-type': 'send.requested.v1' };

  beforeEach(() => open(false));

  it.each([
    [{}],
    [{ 'content-type': '' }],
    [{ 'content-type': 'application/vnd.shop.order+json' }],
    [{ 'content-type': 'text/json; charset=utf-8' }],
  ])('takes binary mode with %j', async (type) => {
    const answer = await inject({ ...attributes, ...type }, JSON.stringify({ app, ...body }));

    expect(answer).toEqual({ status: 202, body: [{ id: 'b1', status: 'accepted' }] });
  });

  it('takes no body that is not said to be JSON, and none without attributes or type', async () => {
    expect(await inject({ ...attributes, 'content-type': 'application/xml' }, '<a/>')).toMatchObject({ status: 415 });
    expect(await inject({}, JSON.stringify(anEvent()))).toMatchObject({ status: 415 });
  });

  it('takes data_base64, alone and in a batch', async () => {
    const { data, ...bare } = anEvent();
    const encoded = { ...bare, datacontenttype: 'application/json', data_base64: Buffer.from(JSON.stringify(data)).toString('base64') };

    expect(await post(encoded)).toMatchObject({ status: 202, body: [{ status: 'accepted' }] });
    expect(
      await post(
        [
          { ...encoded, id: 'order-2' },
          { ...encoded, id: 'order-3', data_base64: '=' },
        ],
        batched,
      ),
    ).toMatchObject({
      body: [{ status: 'accepted' }, { status: 'rejected', problem: { code: 'event_invalid', errors: [{ pointer: '/data_base64' }] } }],
    });
    expect(campaign.events('send.requested.v1')).toMatchObject([{ data: { app } }, { data: { app } }]);
  });

  it('refuses headers that are malformed, or given twice', async () => {
    const refused = (pointer: string) => ({
      status: 202,
      body: [{ status: 'rejected', problem: { code: 'event_invalid', errors: [{ pointer }] } }],
    });
    const payload = JSON.stringify({ app, ...body });

    expect(await inject({ ...attributes, 'ce-subject': '%C0%A0' }, payload)).toMatchObject(refused('/subject'));
    expect(await inject({ ...attributes, 'ce-subject': '"open' }, payload)).toMatchObject(refused('/subject'));
    expect(await inject({ ...attributes, 'ce-id': ['a', 'b'] }, payload)).toMatchObject(refused('/id'));
  });

  it('takes an empty batch', async () => {
    expect(await post([], batched)).toMatchObject({ status: 202, body: [] });
  });

  it('says of a repeat that it is one before the first is handled, whatever it asks for', async () => {
    const user = anEvent({ id: 'user', type: 'user.updated.v1', data: { app, externalId: '4711', tags: ['vip'] } });

    const first = await post([anEvent(), user], batched);
    const again = await post([anEvent(), user], batched);

    expect(first.body).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }]);
    expect(again.body).toMatchObject([{ status: 'duplicate' }, { status: 'duplicate' }]);
    expect(campaign.events('send.requested.v1')).toHaveLength(1);
    expect(campaign.events('user.updated.v1')).toHaveLength(1);
  });

  it('says in public that a repeat has other data, and does nothing for it', async () => {
    const other = anEvent({ data: { app, ...body, message: { title: 'Another' } } });

    const answer = await post([anEvent(), other, anEvent({ subject: 'o', data: { message: body.message, to: body.to, app } })], batched);
    const later = await post(other);

    const mismatch = { id: 'order-1', status: 'rejected', problem: { code: 'duplicate_mismatch' } };
    expect(answer.body).toMatchObject([{ status: 'accepted' }, mismatch, { status: 'duplicate' }]);
    expect(later.body).toMatchObject([mismatch]);
    const rejection = { data: { app, source: '/orders', eventId: 'order-1', eventType: 'send.requested.v1', code: 'duplicate_mismatch' } };
    expect(campaign.events('request.rejected.v1')).toMatchObject([rejection, rejection]);
    expect(campaign.events('send.requested.v1')).toHaveLength(1);
  });
});

describe('the SDK of CloudEvents for JavaScript', () => {
  const event = new CloudEvent({ id: 'sdk-1', source: '/sdk', type: 'send.requested.v1', data: { app, ...body }, partitionkey: app });
  const bytes = new CloudEvent({
    ...{ id: 'sdk-2', source: '/sdk', type: 'send.requested.v1', datacontenttype: 'application/json' },
    data: new Uint8Array(Buffer.from(JSON.stringify({ app, ...body }))),
  });

  beforeEach(() => open());

  it('is understood over HTTP in all its modes', async () => {
    for (const message of [HTTP.binary(event), HTTP.structured(bytes)]) {
      const { status, body: answer } = await inject(message.headers as Record<string, string>, String(message.body));

      expect({ status, answer }).toMatchObject({ status: 202, answer: [{ status: 'accepted' }] });
    }
    expect(await post([{ ...event.toJSON(), id: 'sdk-3' }], batched)).toMatchObject({ body: [{ status: 'accepted' }] });
    await until(() => sends().length === 3);
  });

  it('is understood in records, and understands all of ours, dead letters and replays among them', async () => {
    const binary = Kafka.binary(event);
    const headers = Object.fromEntries(
      Object.entries(binary.headers).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
    );
    const bare = JSON.stringify({
      ...anEvent({ id: 'bare', time: new Date(campaign.http.clock.now()).toISOString() }),
      data: { app, to: { users: [] }, message: {} },
    });
    campaign.http.app.get(SqliteEventLog).appendRecords([
      { topic: 'push.request', key: app, value: JSON.stringify(binary.body), headers },
      { topic: 'push.request', key: app, value: String(Kafka.structured(bytes).body) },
      { topic: 'push.request', key: app, value: bare },
    ]);
    const letters = campaign.http.app.get(DeadLetters);
    await until(async () => sends().length === 2 && (await letters.list({}, 10)).items.length === 1);
    await letters.replay((await letters.list({}, 10)).items[0]!.id);
    await until(async () => (await letters.list({}, 10)).items.length === 1);

    const read = records();

    expect(new Set(read.map(({ topic }) => topic))).toContain('push.request.dead');
    for (const { value, headers: own } of read) expect(Kafka.isEvent({ headers: own, body: value })).toBe(true);
    const ours = read.filter(({ headers: own }) => own['ce_id'] === undefined);
    expect(ours.length).toBeGreaterThan(5);
    for (const { value, headers: own } of ours) {
      expect(own['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      expect(Kafka.toEvent({ headers: own, body: value, value } as Message)).toMatchObject({ specversion: '1.0' });
    }
  });
});

describe('an event from the queue that repeats another with other data', () => {
  beforeEach(() => open());

  it('is a dead letter, and said in public', async () => {
    const record = (title: string) => ({
      ...{ topic: 'push.request', key: app },
      value: JSON.stringify(anEvent({ data: { app, ...body, message: { title } } })),
    });
    const log = campaign.http.app.get(SqliteEventLog);

    log.appendRecords([record('Hi'), record('Hi'), record('Another')]);
    await until(() => campaign.events('request.rejected.v1').length === 1);

    expect(campaign.events('request.rejected.v1')).toMatchObject([{ data: { eventId: 'order-1', code: 'duplicate_mismatch' } }]);
    expect(sends()).toHaveLength(1);
    expect(await post(anEvent())).toMatchObject({ body: [{ status: 'duplicate' }] });
    expect(await post(anEvent({ data: { app, ...body, variables: {} } }))).toMatchObject({
      body: [{ problem: { code: 'duplicate_mismatch' } }],
    });
  });
});

describe('what nobody should have sent', () => {
  const token = '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad';
  const target = { provider: 'apns', tokens: [token, 'no token at all'] };
  const record = (facts: Record<string, unknown>, headers: Record<string, string> = {}) => ({
    ...{ topic: 'push.request', key: app, headers },
    value: JSON.stringify(anEvent({ time: new Date(campaign.http.clock.now()).toISOString(), ...facts })),
  });
  const letters = () => campaign.http.app.get(DeadLetters);
  const letter = async () => (await letters().list({}, 10)).items[0];

  beforeEach(() => open());

  it('is cut out of a refused record, of its copy and of what is told of it', async () => {
    const data = { app, to: target, message: { title: 'Hi' }, metadata: { Authorization: 'Basic eDp5' } };
    const encoded = { data: undefined, data_base64: Buffer.from(JSON.stringify(data)).toString('base64'), id: 'encoded' };
    const broken = { ...record({}), value: `{"specversion":"1.0","to":{"tokens":["${token}"` };
    campaign.http.app
      .get(SqliteEventLog)
      .appendRecords([record({ data }, { 'x-api-key': 'abc', 'carillon-code': 'mine' }), record(encoded), broken]);
    const told = () =>
      campaign.http.store.sql("SELECT value FROM log_records WHERE topic = 'push.activity' AND value LIKE '%request.rejected.v1%'").all();
    await until(() => told().length === 3);

    const { items } = await letters().list({}, 10);
    const [first] = items.filter(({ code, original }) => code === 'tokens_not_in_events' && original.includes('order-1'));

    expect(items.map(({ truncated }) => truncated)).toEqual([true, true, true]);
    expect(JSON.parse(first!.original)).toMatchObject({
      id: 'order-1',
      data: { to: { provider: 'apns', tokens: ['[cut out]', '[cut out]'] }, metadata: { Authorization: '[cut out]' } },
    });
    expect(first!.headers).toEqual({ 'content-type': 'application/cloudevents+json; charset=utf-8', 'x-api-key': '[cut out]' });
    const kept = campaign.http.store.sql("SELECT value FROM log_records WHERE topic NOT IN ('push.request')").all();
    const everywhere = JSON.stringify([items, kept]) + items.map(({ original }) => decoded(original)).join('');
    for (const secret of [token, 'no token at all', 'eDp5', 'abc']) expect(everywhere).not.toContain(secret);
  });

  it('makes a record ring that has headers in our name', async () => {
    const headers = {
      'carillon-replay-for': 'carillon.nobody.push.request',
      'carillon-replay': '0'.repeat(32),
      'carillon-unreadable': 'because',
    };

    campaign.http.app.get(SqliteEventLog).appendRecords([record({}, headers)]);

    await until(() => sends().length === 1);
    expect(await letter()).toBeUndefined();
  });
});

function decoded(original: string): string {
  const encoded = /"data_base64":"([^"]*)"/.exec(original)?.[1];
  return encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
}
