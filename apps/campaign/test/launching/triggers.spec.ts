import { eventOf, eventTrackedV1, type DomainEvent } from '#libs/events';
import { until } from '#libs/testing';
import { EnterCampaigns } from '../../src/launching/enter-campaigns.ts';
import { FireDueTriggers, FireTrigger, ForgetTriggers } from '../../src/launching/fire-triggers.ts';
import { RunCampaigns } from '../../src/launching/run-campaigns.ts';
import { WaitingTriggers } from '../../src/launching/waiting-trigger.ts';
import { CampaignApp, app, type Body } from '../campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('p1', { user: 'kim', tags: ['vip'] });
  await campaign.phone('p2', { user: 'lee' });
});

afterEach(() => campaign.close());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const find = <T>(type: abstract new (...args: never[]) => T): T => campaign.http.app.get<unknown, T>(type, { strict: false });
const now = () => campaign.http.clock.now();
const fire = () => find(FireDueTriggers).execute();
const sends = async (id = 'cart') =>
  ((await campaign.call('GET', `/sends?campaign=${id}`)).body as { items: (Body & { id: string })[] }).items;
const post = (action: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  campaign.call('POST', `/campaigns/cart/${action}`, body, headers);
let events = 0;
const event = (name: string, facts: Body = {}) =>
  find(EnterCampaigns).event({
    ...{ app, user: 'kim', name, properties: {}, source: '/shop', id: `e${(events += 1)}`, at: now() },
    ...(facts as object),
  });
async function launch(schedule: unknown, facts: Body = {}): Promise<void> {
  const body = {
    to: { everyone: true },
    message: { title: 'You left {{ event.properties.product | default: "it" }}' },
    schedule,
    ...facts,
  };
  const written = await campaign.call('PUT', '/campaigns/cart', body);
  if (written.status !== 201) throw new Error(written.text);
  expect(await post('launch')).toMatchObject({ status: 202, body: { state: 'running', nextAt: null } });
}

describe('a campaign on an event', () => {
  it('sends to the user at once, with what texts call event, and once for one event', async () => {
    await launch({ on: { event: 'cart_left' } });
    const left = { id: 'same', properties: { product: 'Teapot' } };
    await event('cart_left', left);
    await event('cart_left', left);
    await event('other');

    const [send, ...more] = await sends();
    expect(more).toEqual([]);
    expect(send).toMatchObject({ recipients: 1, campaignRevision: 1 });
    expect(await campaign.batches(send!.id)).toHaveLength(1);
    await campaign.settleAll(send!.id);
    await event('cart_left', left);
    expect(await sends()).toHaveLength(1);
  });

  it('asks for a property, and is for whom the campaign is for', async () => {
    await launch({ on: { event: 'order_placed', where: { property: 'total', op: 'gte', value: 50 } } }, { to: { tags: 'vip' } });
    await event('order_placed', { properties: { total: 49 } });
    await event('order_placed');
    await event('order_placed', { properties: { total: 50 }, user: 'lee' });
    await event('order_placed', { properties: { total: 50 }, user: 'nobody' });
    expect(await sends()).toEqual([]);

    await event('order_placed', { properties: { total: 50 } });
    expect(await sends()).toHaveLength(1);
  });

  it('waits for its delay, over a death of every process, and goes once', async () => {
    await launch({ on: { event: 'cart_left', delay: 'PT2H' } });
    await event('cart_left', { at: now() - hourMs, properties: { product: 'Teapot' } });
    await fire();
    expect(await sends()).toEqual([]);

    campaign.http.clock.advance(hourMs);
    const [waiting] = await find(WaitingTriggers).findDue(now(), 10);
    await Promise.all([fire(), fire()]);
    await find(WaitingTriggers).insert(waiting!); // as a process leaves it that dies between the send and the removal
    await fire();

    expect(await sends()).toHaveLength(1);
    expect(await find(WaitingTriggers).findDue(now() + dayMs, 10)).toEqual([]);
  });

  it('is cancelled by another event while it waits, and its own event that comes again does not bring it back', async () => {
    await launch({
      on: { event: 'cart_left', delay: 'PT2H', unless: { event: 'order_placed', where: { property: 'total', op: 'gt', value: 0 } } },
    });
    await event('cart_left', { id: 'left' });
    await event('cart_left', { id: 'lee left', user: 'lee' });
    await event('order_placed', { properties: { total: 0 } });
    await event('order_placed', { properties: { total: 9 } });
    await event('cart_left', { id: 'left' });
    campaign.http.clock.advance(2 * hourMs);
    await fire();

    expect(await sends()).toHaveLength(1);
    campaign.http.clock.advance(9 * dayMs);
    expect(await find(ForgetTriggers).execute()).toBe(1);
  });

  it.each([
    ['always', 3],
    ['after P1D', 2],
    ['never', 1],
  ])('lets somebody in again %s', async (again, expected) => {
    await launch({ on: { event: 'cart_left', again } });
    await event('cart_left', { id: 'first' });
    campaign.http.clock.advance(dayMs - 1);
    await event('cart_left');
    campaign.http.clock.advance(1);
    await event('cart_left');
    await event('cart_left', { id: 'first' });

    expect(await sends()).toHaveLength(expected);
  });

  it('lets one in for two events that two processes handle at once', async () => {
    await launch({ on: { event: 'cart_left', again: 'never' } });
    await Promise.all(Array.from({ length: 10 }, () => event('cart_left')));

    expect(await sends()).toHaveLength(1);
  });

  it('takes no event of an older day', async () => {
    await launch({ on: { event: 'cart_left' } });
    await event('cart_left', { at: now() - dayMs - 1 });

    expect(await sends()).toEqual([]);
  });

  it('holds what falls due while it is paused, takes nobody in then, and sends it when it goes on', async () => {
    await launch({ on: { event: 'cart_left', delay: 'PT1H' } });
    await event('cart_left');
    await post('pause');
    await event('cart_left', { user: 'lee' });
    campaign.http.clock.advance(hourMs);
    await fire();
    await fire();
    expect(await sends()).toEqual([]);

    await post('resume');
    await find(RunCampaigns).execute();
    await fire();
    expect(await sends()).toHaveLength(1);
  });

  it('sends nothing of what waits once it is stopped or deleted', async () => {
    await launch({ on: { event: 'cart_left', delay: 'PT1H' } });
    await event('cart_left');
    await post('stop');
    campaign.http.clock.advance(hourMs);
    await fire();

    expect(await sends()).toEqual([]);
    expect(await find(WaitingTriggers).findDue(now(), 10)).toEqual([]);
  });

  it('that was late for longer than its message lives is not sent', async () => {
    await launch({ on: { event: 'cart_left', delay: 'PT1H' } }, { options: { ttl: 60 } });
    await event('cart_left');
    campaign.http.clock.advance(hourMs + 60_000);
    await fire();

    expect(await sends()).toEqual([]);
  });

  it('a pause that comes while its send is made holds that send', async () => {
    await launch({ on: { event: 'cart_left' } });
    const made = find(FireTrigger);
    const settle = (made as unknown as { settle: { execute(send: unknown): Promise<unknown> } }).settle;
    const execute = settle.execute.bind(settle);
    settle.execute = async (send) => {
      await post('pause');
      return execute(send);
    };
    await event('cart_left');

    expect(await sends()).toMatchObject([{ state: 'paused' }]);
  });
});

describe('events on push.track', () => {
  const tracked = (id: string, data: Body): DomainEvent =>
    eventOf(
      eventTrackedV1,
      { app, externalId: 'kim', name: 'cart_left', properties: {}, ...data },
      {
        id,
        source: '/shop',
        at: now(),
      },
    );

  it('start campaigns, from the topic and by HTTP', async () => {
    await launch({ on: { event: 'cart_left' } });
    await campaign.http.store.write(() => {
      campaign.log.append([tracked('a', {})]);
    });
    const answer = await campaign.http.call('POST', '/v1/events', {
      key: campaign.key,
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({
        specversion: '1.0',
        id: 'b',
        source: '/shop',
        type: 'event.tracked.v1',
        data: { app, externalId: 'lee', name: 'cart_left' },
      }),
    });
    expect(answer).toMatchObject({ status: 202, body: [{ status: 'accepted' }] });

    await until(async () => (await sends()).length === 2);
  });
});

describe('a campaign on an attribute', () => {
  it('sends when the attribute comes to the value, and not when another one changes', async () => {
    await launch({ on: { attribute: 'plan', becomes: 'gold' } });
    const set = (attributes: Record<string, string>) => campaign.attributes('kim', attributes);
    await set({ plan: 'silver' });
    await set({ plan: 'gold' });
    await until(async () => (await sends()).length === 1);
    await set({ city: 'Rome' });
    await set({ plan: 'silver' });
    await set({ plan: 'gold' });
    await until(async () => (await sends()).length === 2);

    expect(await sends()).toHaveLength(2);
  });
});

describe('POST …/campaigns/{id}/trigger', () => {
  const users = [{ externalId: 'kim', variables: { code: '88' } }, { externalId: 'lee' }, { externalId: 'nobody' }];

  it('sends to the users it names, those whom the campaign is for, once for one Idempotency-Key', async () => {
    await launch({ api: true }, { to: { tags: 'vip' }, metadata: { a: '1' } });
    const body = { users, variables: { city: 'Rome' }, metadata: { b: '2' } };
    const first = await post('trigger', body, { 'idempotency-key': 'k' });
    const again = await post('trigger', body, { 'idempotency-key': 'k' });

    expect(first).toMatchObject({ status: 202, body: { recipients: 1, unknownUsers: 1 } });
    expect(again.body).toEqual(first.body);
    expect(await sends()).toMatchObject([{ recipients: 1, metadata: { a: '1', b: '2' } }]);
  });

  it('is refused unless the campaign runs and has that schedule', async () => {
    await launch({ on: { event: 'x' } });
    expect(await post('trigger', { users })).toMatchObject({ status: 409, body: { code: 'campaign_state_unfit' } });
    await post('stop');
    await campaign.call('PUT', '/campaigns/cart', { to: { everyone: true }, message: { title: 'Hi' }, schedule: { api: true } });
    expect(await post('trigger', { users })).toMatchObject({ status: 409, body: { code: 'campaign_state_unfit' } });
    expect((await post('launch')).status).toBe(202);
    expect((await post('trigger', { users })).status).toBe(202);
    expect(await post('trigger', { users: [] })).toMatchObject({ status: 400 });
    expect(await post('trigger', { users: Array.from({ length: 1_001 }, (_, n) => ({ externalId: `u${n}` })) })).toMatchObject({
      status: 400,
    });
    expect(await campaign.call('POST', '/campaigns/none/trigger', { users })).toMatchObject({ status: 404 });
  });

  it('is said by event, too', async () => {
    await launch({ api: true });
    const say = (id: string, data: Body) =>
      campaign.http.call('POST', '/v1/events', {
        key: campaign.key,
        headers: { 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify({
          specversion: '1.0',
          id,
          source: '/stock',
          type: 'campaign.triggered.v1',
          data: { app, campaign: 'cart', ...data },
        }),
      });
    expect((await say('bad', { users: [] })).body).toMatchObject([
      { status: 'rejected', problem: { errors: [{ pointer: '/data/users' }] } },
    ]);
    expect((await say('a', { users })).body).toMatchObject([{ status: 'accepted' }]);
    expect((await say('a', { users })).body).toMatchObject([{ status: 'duplicate' }]);
    await until(async () => (await sends()).length > 0);
    expect(await sends()).toMatchObject([{ recipients: 2 }]);

    expect((await say('b', { users, campaign: 'none' })).body).toMatchObject([{ status: 'accepted' }]);
    await until(async () => campaign.events('request.rejected.v1').length > 0);
    expect(campaign.events('request.rejected.v1')).toMatchObject([{ data: { eventId: 'b', code: 'campaign_not_found' } }]);
  });
});
