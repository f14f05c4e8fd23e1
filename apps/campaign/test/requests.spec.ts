import { DeadLetters, EventPublisher, SqliteEventLog } from '#libs/messaging';
import { until } from '#libs/testing';
import { CampaignApp, app } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('p1', { user: '4711' });
});

afterEach(() => campaign.close());

const body = { to: { users: ['4711'] }, message: { title: 'Hi' } };

function anEvent(facts: Record<string, unknown> = {}) {
  return { specversion: '1.0', id: 'order-1', source: '/orders', type: 'send.requested.v1', data: { app, ...body }, ...facts };
}

function post(event: unknown, headers: Record<string, string> = { 'content-type': 'application/cloudevents+json' }) {
  return campaign.http.call('POST', '/v1/events', { key: campaign.key, body: event, headers });
}

function publish(facts: Record<string, unknown>) {
  const { specversion: _, ...envelope } = anEvent({ time: new Date(campaign.http.clock.now()).toISOString(), ...facts });
  return campaign.http.app.get(EventPublisher).publish([{ topic: 'push.request', key: app, envelope: envelope as never }]);
}

async function theDeadLetter() {
  const letters = campaign.http.app.get(DeadLetters);
  await until(async () => (await letters.list({}, 10)).items.length === 1);
  await until(() => campaign.events('request.rejected.v1').length === 1);
  return (await letters.list({}, 10)).items[0]!;
}

const sends = () => campaign.http.store.sql('SELECT id FROM sends').all();

describe('POST /v1/events', () => {
  it('makes one send of a structured event, however often it comes', async () => {
    const first = await post(anEvent());
    await until(() => campaign.events('batch.planned.v1').length === 1);
    const again = await post(anEvent());

    expect(first).toMatchObject({ status: 202, body: [{ id: 'order-1', status: 'accepted' }] });
    expect(again).toMatchObject({ status: 202, body: [{ id: 'order-1', status: 'duplicate' }] });
    expect(sends()).toHaveLength(1);
  });

  it('takes binary mode', async () => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': 'b1', 'ce-source': '/orders', 'ce-type': 'send.requested.v1', 'ce-extra': 'x' };

    const answer = await post({ app, ...body }, headers);

    expect(answer).toMatchObject({ status: 202, body: [{ id: 'b1', status: 'accepted' }] });
    await until(() => sends().length === 1);
  });

  it('answers for each event of a batch', async () => {
    await campaign.http.keys.app('other');
    const batch = [
      anEvent(),
      anEvent(),
      anEvent({ id: 'bad', data: { app, to: { tags: 'a b' }, message: { title: 'x' } } }),
      anEvent({ id: 'foreign', data: { app: 'other', ...body } }),
      anEvent({ id: 'what', type: 'what.v1' }),
      anEvent({ id: 'old', time: '2020-01-01T00:00:00Z' }),
      anEvent({ id: 'user', type: 'user.updated.v1', data: { app, externalId: '4711', tags: ['vip'] } }),
      anEvent({ id: 'wish', type: 'user.updated.v1', data: { app, externalId: '4711', subscription: 'maybe', extra: 1 } }),
      { id: 'nothing' },
    ];

    const answer = await post(batch, { 'content-type': 'application/cloudevents-batch+json' });

    expect(answer.body).toMatchObject([
      { id: 'order-1', status: 'accepted' },
      { id: 'order-1', status: 'duplicate' },
      { id: 'bad', status: 'rejected', problem: { code: 'tag_expression_invalid', errors: [{ pointer: '/data/to/tags', position: 3 }] } },
      { id: 'foreign', status: 'rejected', problem: { code: 'key_wrong_app' } },
      { id: 'what', status: 'rejected', problem: { code: 'event_type_unknown' } },
      { id: 'old', status: 'rejected', problem: { code: 'too_old' } },
      { id: 'user', status: 'accepted' },
      {
        id: 'wish',
        status: 'rejected',
        problem: {
          code: 'request_invalid',
          errors: [{ pointer: '/data/subscription' }, { pointer: '/data/extra', message: 'Unknown field' }],
        },
      },
      { id: 'nothing', status: 'rejected', problem: { code: 'event_invalid' } },
    ]);
    await until(() => sends().length === 1);
    expect(campaign.events('user.updated.v1')).toMatchObject([{ id: 'user', source: '/orders' }]);
  });

  it('answers no more than 64 KiB to a thousand events that are none, and each has its verdict', async () => {
    const answer = await post(Array(1_000).fill({}), { 'content-type': 'application/cloudevents-batch+json' });

    const verdicts = answer.body as { id: null; status: string; problem?: { code: string } }[];
    expect(answer.status).toBe(202);
    expect(Buffer.byteLength(answer.text)).toBeLessThanOrEqual(65_536);
    expect(verdicts).toHaveLength(1_000);
    expect(verdicts.every(({ status }) => status === 'rejected')).toBe(true);
    expect(verdicts[0]?.problem?.code).toBe('event_invalid');
  });

  it('refuses push tokens, and keeps nothing of them', async () => {
    const token = '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad';

    const answer = await post(anEvent({ data: { app, to: { provider: 'apns', tokens: [token] }, message: { title: 'Hi' } } }));

    expect(answer).toMatchObject({ status: 202, body: [{ status: 'rejected', problem: { code: 'tokens_not_in_events' } }] });
    expect(campaign.events('send.requested.v1')).toEqual([]);
  });

  it('refuses an empty request', async () => {
    expect(await post(undefined)).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });

  it('refuses what is no batch', async () => {
    expect(await post({}, { 'content-type': 'application/cloudevents-batch+json' })).toMatchObject({ status: 400 });
  });
});

describe('send.requested.v1 from the queue', () => {
  it('is a dead letter with every problem told to its author, when its body is wrong', async () => {
    await publish({ data: { app, to: { users: [] }, message: { title: '{{' } } });

    const letter = await theDeadLetter();

    expect(letter).toMatchObject({ code: 'target_empty', tries: 1, app });
    expect(campaign.events('request.rejected.v1')).toMatchObject([
      {
        data: {
          app,
          source: '/orders',
          eventId: 'order-1',
          eventType: 'send.requested.v1',
          code: 'target_empty',
          errors: [{ pointer: '/to' }, { pointer: '/message/title' }],
        },
      },
    ]);
  });

  it.each([
    ['unreadable', 'send.requested.v1', '7', { errors: [{ pointer: '/specversion' }] }],
    ['invalid_data', 'send.requested.v1', '{"to":{"everyone":true}}', {}],
    ['event_type_unknown', 'send.requested.v9', JSON.stringify({ app, ...body }), { errors: [] }],
  ])('is answered to its author as %s, also in binary mode', async (code, type, value, facts) => {
    const headers = { ce_specversion: code === 'unreadable' ? '2.0' : '1.0', ce_id: 'b1', ce_source: '/orders', ce_type: type };

    campaign.http.app.get(SqliteEventLog).appendRecords([{ topic: 'push.request', key: 'their own', value, headers }]);

    expect(await theDeadLetter()).toMatchObject({ code, type, headers });
    const rejection = { source: '/orders', eventId: 'b1', eventType: type, code, ...facts };
    expect(campaign.events('request.rejected.v1')).toMatchObject([{ data: rejection }]);
    expect(sends()).toEqual([]);
  });

  it('is a dead letter when its data names no app', async () => {
    await publish({ data: { to: { everyone: true } } });

    expect(await theDeadLetter()).toMatchObject({ code: 'invalid_data' });
    expect(campaign.events('request.rejected.v1')).toMatchObject([{ data: { app: null, eventId: 'order-1' } }]);
  });

  it('is a dead letter when it came too late to ring', async () => {
    const time = new Date(campaign.http.clock.now() - 31_000).toISOString();

    await publish({ time, data: { app, ...body, options: { ttl: 30 } } });

    expect(await theDeadLetter()).toMatchObject({ code: 'too_old' });
    expect(sends()).toEqual([]);
  });

  it('is a dead letter when no such app exists', async () => {
    await publish({ data: { ...body, app: 'unknown' } });

    expect(await theDeadLetter()).toMatchObject({ code: 'app_not_found' });
  });

  it('names at most 1,000 users', async () => {
    await publish({ data: { app, to: { users: Array.from({ length: 1_001 }, (_, index) => `u${index}`) }, message: { title: 'x' } } });

    expect(await theDeadLetter()).toMatchObject({ code: 'too_many_users' });
  });
});

describe('GET /v1/schemas/{type}', () => {
  it('says, to anybody, what a send request must look like', async () => {
    const answer = await campaign.http.call('GET', '/v1/schemas/send.requested.v1');

    expect(answer).toMatchObject({ status: 200, body: { title: 'send.requested.v1', required: ['to', 'app'] } });
  });

  it('knows every contract, and no other type', async () => {
    expect(await campaign.http.call('GET', '/v1/schemas/send.finished.v1')).toMatchObject({ status: 200 });
    expect(await campaign.http.call('GET', '/v1/schemas/what.v1')).toMatchObject({ status: 404, body: { code: 'event_type_unknown' } });
  });
});
