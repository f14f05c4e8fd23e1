import { HoldRestoredSends } from '../src/control/hold-restored-sends.ts';
import { ForgetScheduledSends, StartScheduledSends } from '../src/schedule/start-scheduled-sends.ts';
import { ScheduledSends } from '../src/send/scheduled-sends.ts';
import { CampaignApp, app, type Body } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('p1', { user: 'kim', tags: ['vip'] });
});

afterEach(() => campaign.close());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const find = <T>(type: abstract new (...args: never[]) => T): T => campaign.http.app.get<unknown, T>(type, { strict: false });
const inMs = (ms: number) => new Date(campaign.http.clock.now() + ms).toISOString();
const start = () => find(StartScheduledSends).execute();
const later = (body: Body = {}, options: Body = {}, ms = hourMs, headers: Record<string, string> = {}) =>
  campaign.send({ to: { users: ['kim'] }, ...body, options: { sendAt: inMs(ms), ...options } }, headers);
const batchesOf = async (sendId: string) => (await campaign.batches(sendId)).length;
const cancel = async (body: Body) => (await campaign.call('POST', '/sends/cancel', body)).body;

describe('a send with a time', () => {
  it('is counted and shown at once, and goes when its time has come', async () => {
    const sendAt = inMs(hourMs);
    const created = await later();
    expect(created).toMatchObject({ state: 'scheduled', recipients: 1 });
    expect(await campaign.show(created.sendId)).toMatchObject({ state: 'scheduled', sendAt, waitingFor: [], counts: { targeted: 0 } });

    await start();
    expect(await batchesOf(created.sendId)).toBe(0);
    campaign.http.clock.advance(hourMs);
    await start();
    await start();

    expect(await batchesOf(created.sendId)).toBe(1);
    await campaign.settleAll(created.sendId);
    expect(await campaign.show(created.sendId)).toMatchObject({ state: 'done', sendAt: null, counts: { targeted: 1, accepted: 1 } });
  });

  it('reaches who is there when it goes', async () => {
    const { sendId } = await later({ to: { tags: 'vip' } });
    await campaign.phone('p2', { tags: ['vip'] });
    campaign.http.clock.advance(hourMs);
    await start();
    await campaign.settleAll(sendId);

    expect(await campaign.show(sendId)).toMatchObject({ recipients: 2, counts: { targeted: 2 } });
  });

  it('lives as long as asked, from its time on, and is not sent after that', async () => {
    const { sendId } = await later({}, { ttl: 60 });
    const { expiresAt, sendAt } = await campaign.show(sendId);
    expect(Date.parse(String(expiresAt)) - Date.parse(String(sendAt))).toBe(60_000);

    campaign.http.clock.advance(hourMs + 60_000);
    await start();

    expect(await campaign.show(sendId)).toMatchObject({ state: 'failed', stateReason: 'expired', counts: { targeted: 0 } });
  });

  it('goes late, with what is left of its life, where it was missed', async () => {
    const { sendId } = await later({}, { ttl: 7_200 });
    const { expiresAt } = await campaign.show(sendId);
    campaign.http.clock.advance(2 * hourMs);
    await start();

    expect(await campaign.show(sendId)).toMatchObject({ state: 'sending', expiresAt });
  });

  it('is started once, whoever starts it and wherever a start has broken off', async () => {
    const { sendId } = await later();
    const waiting = await find(ScheduledSends).findById(app, sendId);
    campaign.http.clock.advance(hourMs);
    await Promise.all([start(), start()]);
    await campaign.settleAll(sendId);
    if (waiting) await find(ScheduledSends).insert(waiting); // as a process leaves it that dies between the send and the removal
    await start();

    expect(await batchesOf(sendId)).toBe(1);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: { accepted: 1 } });
    expect(await find(ScheduledSends).findById(app, sendId)).toBeUndefined();
  });

  it('is made once for one Idempotency-Key', async () => {
    const options = { sendAt: inMs(hourMs) };
    const body = { to: { users: ['kim'] }, options };
    const [first, again] = [await campaign.send(body, { 'idempotency-key': 'k' }), await campaign.send(body, { 'idempotency-key': 'k' })];

    expect(again).toEqual(first);
    expect((await campaign.call('GET', '/sends')).body).toMatchObject({ items: [{ id: first.sendId }] });
  });

  it.each([
    [-dayMs - 1_000, 'Is more than 24 hours ago'],
    [367 * dayMs, 'Must be within a year from now'],
  ])('of %i ms from now is refused', async (ms, message) => {
    const body = { to: { users: ['kim'] }, message: { title: 'Hi' }, options: { sendAt: inMs(ms) } };

    expect(await campaign.call('POST', '/sends', body)).toMatchObject({
      status: 400,
      body: { code: 'request_invalid', errors: [{ pointer: '/options/sendAt', message }] },
    });
  });

  it('of the last 24 hours goes at once', async () => {
    expect(await later({}, {}, -dayMs + 60_000)).not.toMatchObject({ state: 'scheduled' });
  });

  it('may be a dry run, which is never kept', async () => {
    expect(await later({}, { dryRun: true })).not.toMatchObject({ state: 'scheduled' });
  });

  it('may be a launch, with the campaign as it was launched', async () => {
    const body = { to: { tags: 'vip' }, message: { title: 'Sale {{variables.off}}' }, options: { sendAt: inMs(hourMs) } };
    await campaign.call('PUT', '/campaigns/spring', body);
    const launched = await campaign.call('POST', '/campaigns/spring/launch', { variables: { off: 20 } });
    const { sendId } = launched.body as { sendId: string };
    await campaign.call('PUT', '/campaigns/spring', { ...body, message: { title: 'Over' } });

    expect((await campaign.call('GET', '/sends?campaign=spring&state=scheduled')).body).toMatchObject({ items: [{ id: sendId }] });
    campaign.http.clock.advance(hourMs);
    await start();
    await campaign.settleAll(sendId);
    expect(await campaign.show(sendId)).toMatchObject({ campaign: 'spring', counts: { targeted: 1 } });
  });
});

describe('a send that waits for its time', () => {
  it('is held and let go; one whose time has passed meanwhile goes at once', async () => {
    const { sendId } = await later();
    expect((await campaign.call('POST', `/sends/${sendId}/pause`)).body).toMatchObject({
      state: 'paused',
      waitingFor: [{ what: 'resume' }],
    });
    campaign.http.clock.advance(2 * hourMs);
    await start();
    expect(await batchesOf(sendId)).toBe(0);

    expect((await campaign.call('POST', `/sends/${sendId}/resume`)).body).toMatchObject({ state: 'scheduled' });
    await start();
    expect(await batchesOf(sendId)).toBe(1);
  });

  it('is stopped for good', async () => {
    const { sendId } = await later();
    expect((await campaign.call('POST', `/sends/${sendId}/stop`)).body).toMatchObject({
      state: 'stopped',
      stateReason: 'stopped_by_request',
    });
    await campaign.call('POST', `/sends/${sendId}/resume`);
    campaign.http.clock.advance(2 * hourMs);
    await start();

    expect(await batchesOf(sendId)).toBe(0);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'stopped' });
  });

  it('is listed among the others, newest first', async () => {
    const first = await later();
    campaign.http.clock.advance(1);
    const now = await campaign.send({ to: { users: ['kim'] } });
    campaign.http.clock.advance(1);
    const last = await later();
    const page = async (query: string) =>
      (await campaign.call('GET', `/sends?${query}`)).body as { items: { id: string }[]; cursor: string };
    const ids = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);

    const some = await page('limit=2');
    expect(ids(some)).toEqual([last.sendId, now.sendId]);
    expect(ids(await page(`limit=2&cursor=${some.cursor}`))).toEqual([first.sendId]);
    expect(ids(await page('state=scheduled'))).toEqual([last.sendId, first.sendId]);
  });

  it('is held by a start from a backup', async () => {
    const { sendId } = await later();

    expect(await find(HoldRestoredSends).execute()).toBe(1);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'paused', stateReason: 'restored' });
  });

  it('goes the way of other sends when it ended unsent, and so does its cancel key', async () => {
    const { sendId } = await later({}, { cancelKey: 'order' });
    await campaign.call('POST', `/sends/${sendId}/stop`);
    campaign.http.clock.advance(32 * dayMs);

    expect(await find(ForgetScheduledSends).execute()).toBe(2);
    expect(await campaign.call('GET', `/sends/${sendId}`)).toMatchObject({ status: 404 });
  });

  it('keeps no token that a caller named', async () => {
    const token = '3f9c41d07ab5e8624d1f0c9be37a5512c8d2e6f1a0b94735';
    await campaign.phone('p2', { token });
    const { sendId } = await later({ to: { provider: 'apns', tokens: [token] } });
    expect(JSON.stringify(await find(ScheduledSends).findById(app, sendId))).not.toContain(token);
    campaign.http.clock.advance(hourMs);
    await start();

    expect(await batchesOf(sendId)).toBe(1);
  });
});

describe('a cancel key', () => {
  it('stops what waits, and what comes within 24 hours', async () => {
    const waiting = await later({}, { cancelKey: 'order' });
    const other = await later({}, { cancelKey: 'another' });

    expect(await cancel({ cancelKey: 'order' })).toEqual({ cancelled: 1, alreadySent: 0 });
    expect(await cancel({ cancelKey: 'order' })).toEqual({ cancelled: 0, alreadySent: 0 });
    expect(await campaign.show(waiting.sendId)).toMatchObject({ state: 'stopped', stateReason: 'cancelled' });
    expect(await campaign.show(other.sendId)).toMatchObject({ state: 'scheduled' });
    expect(await campaign.send({ to: { users: ['kim'] }, options: { cancelKey: 'order' } })).toMatchObject({ state: 'stopped' });

    campaign.http.clock.advance(dayMs + 1);
    expect(await campaign.send({ to: { users: ['kim'] }, options: { cancelKey: 'order' } })).not.toMatchObject({ state: 'stopped' });
  });

  it('says what had gone', async () => {
    const { sendId } = await campaign.send({ to: { users: ['kim'] }, options: { cancelKey: 'order' } });
    await campaign.settleAll(sendId);

    expect(await cancel({ cancelKey: 'order' })).toEqual({ cancelled: 0, alreadySent: 1 });
    expect(await campaign.show(sendId)).toMatchObject({ state: 'done' });
  });

  it('leaves single users out, of what waits and of what comes', async () => {
    await campaign.phone('p2', { user: 'charlie' });
    const to = { users: ['kim', { externalId: 'charlie' }] };
    const { sendId } = await later({ to }, { cancelKey: 'order' });

    expect(await cancel({ cancelKey: 'order', users: ['charlie', 'nobody'] })).toEqual({ cancelled: 1, alreadySent: 0 });
    expect(await campaign.send({ to, options: { cancelKey: 'order' } })).toMatchObject({ recipients: 1 });
    campaign.http.clock.advance(hourMs);
    await start();
    await campaign.settleAll(sendId);

    expect(await campaign.show(sendId)).toMatchObject({ recipients: 1, counts: { targeted: 1 } });
  });

  it.each([[{}], [{ cancelKey: '' }], [{ cancelKey: 'a', users: [] }], [{ cancelKey: 'a', who: 1 }]])(
    'is asked for by no %j',
    async (body) => {
      expect(await campaign.call('POST', '/sends/cancel', body)).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    },
  );
});
