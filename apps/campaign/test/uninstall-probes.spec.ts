import { AppRepository } from '#libs/access';
import { SendRepository } from '#libs/sends/send/writing';
import { until } from '#libs/testing';
import { KeepPace } from '../src/planning/keep-pace.ts';
import { StartNightlyProbes } from '../src/probes/start-nightly-probes.ts';
import { StartUninstallProbe } from '../src/probes/start-uninstall-probe.ts';
import { nightAt } from '../src/probes/uninstall-probe.ts';
import { SweepSends } from '../src/progress/sweep-sends.ts';
import { CampaignApp, app, type Body } from './campaign-app.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('the night of an app', () => {
  const night = (now: string, zone: string, at: number) => nightAt({ hour: at, timeZone: zone }, Date.parse(now));

  it.each([
    ['2026-12-01T02:59:59Z', 'UTC', 3, null],
    ['2026-12-01T03:00:00Z', 'UTC', 3, '2026-12-01'],
    ['2026-12-01T03:59:59Z', 'UTC', 3, '2026-12-01'],
    ['2026-12-01T04:00:00Z', 'UTC', 3, null],
    ['2026-11-30T18:10:00Z', 'Asia/Tokyo', 3, '2026-12-01'],
    ['2026-12-01T21:45:00Z', 'Asia/Kolkata', 3, '2026-12-02'],
    ['2026-03-29T00:59:00Z', 'Europe/Paris', 2, null], // the clock leaves this hour out: the one after it stands for it
    ['2026-03-29T01:10:00Z', 'Europe/Paris', 2, '2026-03-29'],
    ['2026-10-25T00:10:00Z', 'Europe/Paris', 2, '2026-10-25'], // the clock shows this hour twice: the first counts
    ['2026-10-25T01:10:00Z', 'Europe/Paris', 2, null],
    ['2026-12-01T23:30:00Z', 'UTC', 23, '2026-12-01'],
  ])('at %s in %s with hour %i is %s', (now, zone, at, expected) => {
    expect(night(now, zone, at)).toBe(expected);
  });
});

describe('a silent probe (R49)', () => {
  let campaign: CampaignApp;
  beforeEach(async () => {
    campaign = await CampaignApp.open({ settings: { CANARY_MESSAGES: '0' } });
  });
  afterEach(() => campaign.close());

  const part = <T>(type: abstract new (...args: never[]) => T): T => campaign.http.app.get<unknown, T>(type, { strict: false });
  const start = async (headers: Record<string, string> = {}) => campaign.call('POST', '/uninstall-probes', undefined, headers);
  const begun = async () => String(((await start()).body as Body)['id']);
  const runs = async () => ((await campaign.call('GET', '/uninstall-probes')).body as { items: Body[] }).items;
  const probed = async (sendId: string) =>
    (await campaign.pages.after(sendId, null, 1_000)).flatMap(({ entries }) => entries.map(({ installationId }) => installationId)).sort();
  const isPlanned = (sendId: string) =>
    campaign.http.store.sql('SELECT planned FROM slices WHERE send_id = ?').get(sendId)?.['planned'] === 1;

  /** A page a second, until the last. */
  async function planAll(sendId: string): Promise<void> {
    await until(async () => {
      if (isPlanned(sendId)) return true;
      campaign.http.clock.advance(1_000);
      await part(KeepPace).execute();
      return false;
    });
  }

  async function track(uninstallTracking: { enabled: boolean; hour: number; timeZone: string }): Promise<void> {
    const stored = (await part(AppRepository).findById(app))!;
    await part(AppRepository).save(
      { ...stored, revision: stored.revision + 1, settings: { ...stored.settings, uninstallTracking } },
      { id: 'tracked', at: campaign.http.clock.now(), app, actor: 'test', action: 'app.changed', target: app },
    );
  }

  it('goes silently, and last, to whoever has a token, was not there and got nothing for 24 hours; never to a browser', async () => {
    await campaign.phone('asleep');
    await campaign.phone('android', { platform: 'android', provider: 'fcm' });
    await campaign.phone('opted-out', { notificationsEnabled: false });
    await campaign.phone('tab', { platform: 'web', provider: 'webpush' });
    await campaign.phone('gone', { token: null });
    await campaign.phone('pushed');
    await campaign.phone('pushed-in-vain');
    campaign.http.clock.advance(25 * hour);
    await campaign.phone('awake');
    await campaign.settleAll((await campaign.send({ to: { installations: ['pushed'] } })).sendId);
    await campaign.settleAll((await campaign.send({ to: { installations: ['pushed-in-vain'] } })).sendId, ['payload_bad']);

    const id = await begun();
    await planAll(id);

    expect(await probed(id)).toEqual(['android', 'asleep', 'opted-out', 'pushed-in-vain']);
    const send = (await part(SendRepository).findById(app, id))!;
    expect(send).toMatchObject({
      lane: 'bulk',
      message: { silent: true },
      options: { priority: 'low', subscription: 'all', ratePerMinute: 60 },
    });
    expect(send.quietHours ?? send.frequency).toBeUndefined();
    await campaign.settleAll(id);
    expect(await runs()).toMatchObject([{ id, night: null, state: 'done', recipients: 6, probed: 4, reached: 4, deadTokens: 0 }]);
  });

  it('is asked for once by a key, and one at a time; earlier ones count as no push', async () => {
    await campaign.phone('asleep');
    campaign.http.clock.advance(25 * hour);
    const first = await start({ 'idempotency-key': 'tonight' });
    const again = await start({ 'idempotency-key': 'tonight' });

    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(first.body);
    expect(await start()).toMatchObject({ status: 409, body: { code: 'uninstall_probe_running' } });
    const id = String((first.body as Body)['id']);
    await planAll(id);
    await campaign.settleAll(id);
    const next = await begun();
    await planAll(next);
    expect(await probed(next)).toEqual(['asleep']);
    await campaign.settleAll(next);
    const page = (await campaign.call('GET', '/uninstall-probes?limit=1')).body as { items: Body[]; cursor: string };
    expect(page.items).toMatchObject([{ id: next }]);
    expect((await campaign.call('GET', `/uninstall-probes?limit=1&cursor=${page.cursor}`)).body).toMatchObject({
      items: [{ id }],
      cursor: null,
    });
  });

  it('is over at once where there is nobody to ask after', async () => {
    await campaign.phone('awake');

    expect(await start()).toMatchObject({ status: 202, body: { state: 'no_target', stateReason: 'nobody_matches', probed: 0 } });
  });

  it('is begun once a night by whoever looks, in its hour, where the app wants it', async () => {
    await campaign.phone('asleep');
    campaign.http.clock.advance(2 * day - (campaign.http.clock.now() % day));
    const nights = part(StartNightlyProbes);
    await nights.execute();
    expect(await runs()).toEqual([]);

    await track({ enabled: true, hour: 3, timeZone: 'UTC' });
    await nights.execute();
    expect(await runs()).toEqual([]);
    campaign.http.clock.advance(3 * hour);
    const other = new StartNightlyProbes(part(AppRepository), part(StartUninstallProbe), campaign.http.clock);
    await Promise.all([nights.execute(), other.execute(), nights.execute()]);
    const [run, ...more] = await runs();

    expect(more).toEqual([]);
    expect(run).toMatchObject({ night: new Date(campaign.http.clock.now()).toISOString().slice(0, 10), recipients: 1 });
    await planAll(String(run!['id']));
    await campaign.settleAll(String(run!['id']));
    await other.execute();
    expect(await runs()).toHaveLength(1);
    campaign.http.clock.advance(day);
    await nights.execute();
    expect(await runs()).toHaveLength(2);
  });

  it('is spread over the hour, and stops by itself when a provider limits us', async () => {
    await campaign.phones(20);
    campaign.http.clock.advance(25 * hour);
    const id = await begun();
    await until(async () => (await campaign.batches(id)).length > 0);
    expect((await probed(id)).length).toBeLessThanOrEqual(4);
    const [first] = await campaign.batches(id);

    await campaign.settle(first!, ['throttled']);
    campaign.http.clock.advance(minute);
    await part(SweepSends).execute();
    await campaign.settleAll(id, ['skipped', 'send_stopped']);

    expect(await runs()).toMatchObject([{ id, state: 'stopped', stateReason: 'provider_throttled' }]);
    expect((await probed(id)).length).toBeLessThan(20);
  });

  it('keeps its id from campaigns', async () => {
    const body = { to: { everyone: true }, message: { title: 'Hi' } };

    expect(await campaign.call('PUT', '/campaigns/~uninstall-probes', body)).toMatchObject({ status: 400 });
  });
});
