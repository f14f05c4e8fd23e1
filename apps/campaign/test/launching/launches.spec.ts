import { MetricsRegistry } from '#libs/service';
import { RunCampaigns } from '../../src/launching/run-campaigns.ts';
import { StartScheduledSends } from '../../src/schedule/start-scheduled-sends.ts';
import { CampaignRuns } from '../../src/campaigns/campaign-run.ts';
import { CampaignApp, app, type Body } from '../campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('p1', { user: 'kim', tags: ['vip'] });
});

afterEach(() => campaign.close());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const find = <T>(type: abstract new (...args: never[]) => T): T => campaign.http.app.get<unknown, T>(type, { strict: false });
const now = () => campaign.http.clock.now();
const iso = (ms: number) => new Date(ms).toISOString();
const run = () => find(RunCampaigns).execute();
const put = (facts: Body, id = 'spring') =>
  campaign.call('PUT', `/campaigns/${id}`, { to: { tags: 'vip' }, message: { title: 'Sale' }, ...facts });
const post = (action: string, body: unknown = {}, id = 'spring', headers: Record<string, string> = {}) =>
  campaign.call('POST', `/campaigns/${id}/${action}`, body, headers);
const show = async (id = 'spring') => (await campaign.call('GET', `/campaigns/${id}`)).body as Body;
const sends = async (id = 'spring') =>
  ((await campaign.call('GET', `/sends?campaign=${id}`)).body as { items: (Body & { id: string })[] }).items;
const hourly = { cron: '0 * * * *', timeZone: 'UTC' };
const at = (text: string) => {
  campaign.http.clock.advance(Date.parse(text) - now());
};

describe('a campaign', () => {
  it('is a draft, is done once it was sent, and shows at which revision each of its sends was made', async () => {
    expect((await put({})).body).toMatchObject({ state: 'draft', schedule: null, conversion: null, nextAt: null });
    const first = (await post('launch')).body as { sendId: string };
    expect(await show()).toMatchObject({ state: 'done', revision: 1 });

    await put({ message: { title: 'Sale again' } });
    const second = (await post('launch')).body as { sendId: string };

    expect(await campaign.show(first.sendId)).toMatchObject({ campaign: 'spring', campaignRevision: 1 });
    expect(await campaign.show(second.sendId)).toMatchObject({ campaign: 'spring', campaignRevision: 2 });
    expect(await show()).toMatchObject({ state: 'done', revision: 2 });
  });

  it('is listed by state and label, page by page', async () => {
    for (let n = 0; n < 5; n += 1) await put({ labels: n % 2 === 0 ? ['promo'] : [] }, `c${n}`);
    await post('launch', {}, 'c2');
    const list = async (query: string) => {
      const { items, cursor } = (await campaign.call('GET', `/campaigns?${query}`)).body as {
        items: { id: string }[];
        cursor: string | null;
      };
      return { ids: items.map(({ id }) => id), cursor };
    };

    expect(await list('label=promo')).toEqual({ ids: ['c0', 'c2', 'c4'], cursor: null });
    expect(await list('label=promo&state=draft')).toEqual({ ids: ['c0', 'c4'], cursor: null });
    expect(await list('state=done')).toEqual({ ids: ['c2'], cursor: null });
    const { ids, cursor } = await list('label=promo&limit=2');
    expect(ids).toEqual(['c0', 'c2']);
    expect(await list(`label=promo&limit=2&cursor=${cursor}`)).toEqual({ ids: ['c4'], cursor: null });
    expect((await campaign.call('GET', '/campaigns?state=sent')).status).toBe(400);
  });

  it('is copied as a draft, under an id that nobody has', async () => {
    await put({ labels: ['promo'], schedule: hourly, conversion: { event: 'order_placed' }, name: 'Spring' });
    await post('launch');
    const copy = await post('duplicate', { id: 'summer' });

    expect(copy).toMatchObject({
      status: 201,
      headers: { etag: '"1"', location: '/v1/apps/shop/campaigns/summer' },
      body: {
        id: 'summer',
        name: 'Spring',
        labels: ['promo'],
        state: 'draft',
        revision: 1,
        conversion: { event: 'order_placed', within: 'P3D' },
      },
    });
    expect(await post('duplicate', { id: 'summer' })).toMatchObject({ status: 409, body: { code: 'campaign_exists' } });
    expect((await post('duplicate', { id: 'x' }, 'none')).status).toBe(404);
  });

  it('has the sums of its sends', async () => {
    await campaign.phone('p2', { user: 'lee', tags: ['vip'], notificationsEnabled: false });
    await put({});
    for (const key of ['a', 'b']) {
      const { sendId } = (await post('launch', {}, 'spring', { 'idempotency-key': key })).body as { sendId: string };
      await campaign.settleAll(sendId);
    }
    expect((await campaign.call('GET', '/campaigns/spring/stats')).body).toMatchObject({
      campaign: 'spring',
      sends: 2,
      states: { done: 2 },
      counts: { targeted: 4, suppressed: 2, accepted: 2, failed: 0, remaining: 0 },
      suppressedBy: { not_foreground: 2 },
      byProvider: { apns: { targeted: 4, accepted: 2, suppressed: 2 } },
    });
    expect((await campaign.call('GET', '/campaigns/none/stats')).status).toBe(404);
  });

  it('is refused with everything that is wrong with its schedule and its sends at once', async () => {
    const body = {
      to: { users: ['kim'] },
      options: { sendAt: iso(now() + hourMs), ttl: -1 },
      schedule: { on: { event: 'x' } },
      conversion: {},
      labels: [''],
    };

    const { errors } = (await put(body)).body as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/conversion/event',
      '/labels/0',
      '/options/sendAt',
      '/options/ttl',
      '/to',
    ]);
  });
});

describe('a campaign with an instant', () => {
  it('makes its send at the launch, which waits, and is done when the time has come', async () => {
    await put({ schedule: { at: iso(now() + hourMs) } });
    const launched = (await post('launch')).body as { sendId: string };
    expect(launched).toMatchObject({ state: 'scheduled', recipients: 1 });
    expect(await show()).toMatchObject({ state: 'scheduled', nextAt: iso(now() + hourMs) });
    expect(await post('launch')).toMatchObject({ status: 409, body: { code: 'campaign_state_unfit' } });

    campaign.http.clock.advance(hourMs);
    await find(StartScheduledSends).execute();
    await run();
    await campaign.settleAll(launched.sendId);

    expect(await show()).toMatchObject({ state: 'done', nextAt: null });
    expect(await campaign.show(launched.sendId)).toMatchObject({ state: 'done', counts: { accepted: 1 }, campaignRevision: 1 });
  });

  it('that is of the last day goes at once, and one before that is refused', async () => {
    await put({ schedule: { at: iso(now() - dayMs + 60_000) } });
    expect(await post('launch')).toMatchObject({ status: 202, body: { recipients: 1 } });
    expect(await show()).toMatchObject({ state: 'done' });

    await put({ schedule: { at: iso(now() - dayMs - 60_000) } }, 'old');
    expect(await post('launch', {}, 'old')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/schedule' }] } });
    expect(await show('old')).toMatchObject({ state: 'draft' });
  });

  it('does not change its time under way, unless it is stopped first', async () => {
    await put({ schedule: { at: iso(now() + hourMs) } });
    const { sendId } = (await post('launch')).body as { sendId: string };
    const later = { schedule: { at: iso(now() + 2 * hourMs) } };

    expect(await put(later)).toMatchObject({ status: 409, body: { code: 'campaign_state_unfit' } });
    expect(await post('stop')).toMatchObject({ status: 200, body: { state: 'stopped', nextAt: null } });
    expect((await put(later)).status).toBe(200);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'stopped', stateReason: 'campaign_stopped' });
    expect((await post('launch')).status).toBe(202);
  });
});

describe('a campaign by cron', () => {
  it('makes a send each time, once whoever runs it and wherever it breaks off', async () => {
    at('2026-03-01T10:30:00Z');
    await put({ schedule: hourly });
    const launched = await post('launch', {}, 'spring', { 'idempotency-key': 'k' });
    expect(launched).toMatchObject({ status: 202, body: { state: 'running', nextAt: '2026-03-01T11:00:00.000Z' } });
    expect((await post('launch', {}, 'spring', { 'idempotency-key': 'k' })).body).toEqual(launched.body);

    await run();
    expect(await sends()).toHaveLength(0);
    at('2026-03-01T11:00:01Z');
    const before = await find(CampaignRuns).find(app, 'spring');
    await Promise.all([run(), run(), run()]);
    const after = await find(CampaignRuns).find(app, 'spring');
    await find(CampaignRuns).save({ ...before!, revision: after!.revision + 1 }); // as a process leaves it that dies before the run goes on
    await run();
    expect(await sends()).toHaveLength(1);
    expect(await show()).toMatchObject({ state: 'running', nextAt: '2026-03-01T12:00:00.000Z' });

    at('2026-03-01T12:00:01Z');
    await run();
    expect(await sends()).toHaveLength(2);
  });

  it.each([
    ['once', 1],
    ['skip', 0],
  ])('that was missed for a day is made up for %s: %i send', async (missed, expected) => {
    at('2026-03-01T10:30:00Z');
    await put({ schedule: { ...hourly, missed } });
    await post('launch');
    at('2026-03-02T10:30:00Z');
    await run();
    await run();

    expect(await sends()).toHaveLength(expected);
    expect(await show()).toMatchObject({ state: 'running', nextAt: '2026-03-02T11:00:00.000Z' });
  });

  it('sends what is written when it goes, follows a new schedule, and is done after its end', async () => {
    at('2026-03-01T10:30:00Z');
    await put({ schedule: hourly });
    await post('launch');
    const again = await put({ message: { title: 'New' }, schedule: { ...hourly, cron: '15 * * * *', until: '2026-03-01T12:00:00Z' } });
    expect(again).toMatchObject({ status: 200, body: { revision: 2, state: 'running', nextAt: '2026-03-01T11:15:00.000Z' } });
    at('2026-03-01T11:15:00Z');
    await run();

    expect(await sends()).toMatchObject([{ campaignRevision: 2 }]);
    expect(await show()).toMatchObject({ state: 'done', nextAt: null });
  });

  it('rests while it is paused, with its open sends, and goes on; a missed time counts as missed', async () => {
    at('2026-03-01T10:30:00Z');
    await put({ schedule: { ...hourly, missed: 'skip' } });
    expect(await post('pause')).toMatchObject({ status: 409, body: { code: 'campaign_state_unfit' } });
    await post('launch');
    at('2026-03-01T11:00:00Z');
    await run();
    expect((await post('pause')).body).toMatchObject({ state: 'paused' });
    expect(await sends()).toMatchObject([{ state: 'paused' }]);
    expect((await post('pause')).status).toBe(200);
    at('2026-03-01T12:30:00Z');
    await run();
    expect(await sends()).toHaveLength(1);

    expect((await post('resume')).body).toMatchObject({ state: 'running' });
    await run();
    expect(await sends()).toMatchObject([{ state: 'sending' }]);
    expect(await show()).toMatchObject({ nextAt: '2026-03-01T13:00:00.000Z' });
    expect((await post('stop')).body).toMatchObject({ state: 'stopped' });
    expect(await sends()).toMatchObject([{ state: 'stopped', stateReason: 'campaign_stopped' }]);
    at('2026-03-01T13:30:00Z');
    await run();
    expect(await sends()).toHaveLength(1);
    expect(await post('resume')).toMatchObject({ status: 409, body: { code: 'campaign_state_unfit' } });
  });

  it('says why a planned send did not come about, and goes on', async () => {
    at('2026-03-01T10:30:00Z');
    await campaign.call('PUT', '/templates/sale', { message: { title: 'Sale' } });
    await campaign.call('PUT', '/campaigns/spring', { to: { tags: 'vip' }, template: 'sale', schedule: hourly });
    await post('launch');
    campaign.http.store.sql("DELETE FROM templates WHERE id = 'sale'").run();
    at('2026-03-01T11:00:00Z');
    await run();

    expect(await show()).toMatchObject({ state: 'running', lastProblem: { code: 'template_unknown' }, nextAt: '2026-03-01T12:00:00.000Z' });
    expect(await find(MetricsRegistry).text()).toContain('carillon_schedules_missed_total{reason="refused"} 1');
  });

  it('that is deleted makes no more sends', async () => {
    at('2026-03-01T10:30:00Z');
    await put({ schedule: hourly });
    await post('launch');
    expect((await campaign.call('DELETE', '/campaigns/spring')).status).toBe(204);
    at('2026-03-01T11:00:00Z');
    await run();

    expect(await sends()).toHaveLength(0);
  });

  it('whose schedule has no time to come is no schedule', async () => {
    expect((await put({ schedule: { ...hourly, until: '2025-01-01T00:00:00Z' } })).status).toBe(400);
  });
});

describe('a campaign at a local time', () => {
  it('reaches every installation once, at the hour of its own clock, and those without a zone at that of the fallback', async () => {
    at('2026-12-20T00:00:00Z');
    const zones = ['Asia/Kathmandu', 'Australia/Lord_Howe', 'America/New_York', 'Asia/Calcutta', 'Europe/Paris', 'America/Santiago']; // prettier-ignore
    for (const zone of zones) await campaign.phone(zone.replace('/', '-'), { tags: ['vip'], timeZone: zone });
    await put({ schedule: { localTime: '2026-12-24T09:00', fallbackTimeZone: 'Europe/Paris' } });
    expect((await post('launch')).body).toMatchObject({ state: 'scheduled' });
    const reached: string[] = [];
    at('2026-12-23T18:00:00Z');
    for (let quarter = 0; quarter < 28 * 4; quarter += 1) {
      await run();
      for (const { id } of await sends()) {
        if (reached.some((line) => line.startsWith(id))) continue;
        const since = iso(now()).slice(5, 16);
        await campaign.settleAll(id);
        const [page] = await campaign.pages.after(id, null, 10);
        for (const { installationId } of page?.entries ?? []) reached.push(`${id} ${since} ${installationId}`);
      }
      at(iso(Math.floor(now() / 900_000) * 900_000 + 900_000));
    }

    expect(reached.map((line) => line.split(' ').slice(1).join(' ')).sort()).toEqual([
      '12-23T22:00 Australia-Lord_Howe',
      '12-24T03:15 Asia-Kathmandu',
      '12-24T03:30 Asia-Calcutta',
      '12-24T08:00 Europe-Paris',
      '12-24T08:00 p1',
      '12-24T12:00 America-Santiago',
      '12-24T14:00 America-New_York',
    ]);
    expect(await show()).toMatchObject({ state: 'done', nextAt: null });
    expect(await sends()).toHaveLength(6);
  });

  it.each([
    ['send', 2],
    ['skip', 1],
  ])('launched when it has passed in some zones, with late: %s', async (late, expected) => {
    await campaign.phone('early', { tags: ['vip'], timeZone: 'Asia/Tokyo' });
    await campaign.phone('yet', { tags: ['vip'], timeZone: 'America/Los_Angeles' });
    at('2026-12-24T12:00:00Z');
    await put({ schedule: { localTime: '2026-12-24T09:00', fallbackTimeZone: 'America/Los_Angeles', late }, to: { tags: 'vip' } });
    await post('launch');
    for (let hour = 0; hour < 24; hour += 1) {
      for (let looked = 0; looked < 40; looked += 1) await run();
      campaign.http.clock.advance(hourMs);
    }

    expect(await sends()).toHaveLength(expected);
  });

  it('is for installations whose zones can be known', async () => {
    expect(await put({ to: { topic: 'news' }, schedule: { localTime: '2026-12-24T09:00' } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/to' }] },
    });
  });

  it('that has passed everywhere a day ago is refused', async () => {
    await put({ schedule: { localTime: '2025-12-24T09:00' } });

    expect(await post('launch')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/schedule' }] } });
  });
});
