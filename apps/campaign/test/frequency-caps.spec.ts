import { AppRepository } from '#libs/access';
import { newId, type FrequencyCap } from '#libs/kernel';
import { until } from '#libs/testing';
import { CampaignApp, app, type Body } from './campaign-app.ts';

let campaign: CampaignApp;
const now = () => campaign.http.clock.now();
const dayMs = 86_400_000;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('phone', { user: 'kim' });
  await campaign.phone('tablet', { user: 'kim' });
  await campaign.phone('other', { user: 'lee' });
});

afterEach(() => campaign.close());

async function appHas(...frequencyCaps: FrequencyCap[]): Promise<void> {
  const apps = campaign.http.app.get<unknown, AppRepository>(AppRepository, { strict: false });
  const found = (await apps.findById(app))!;
  const audit = { id: newId(), at: now(), app, actor: 'test', action: 'app.changed', target: app } as const;
  await apps.save({ ...found, revision: found.revision + 1, settings: { ...found.settings, frequencyCaps } }, audit);
}
const cap = (facts: Partial<FrequencyCap> = {}): FrequencyCap => ({ label: '*', max: 1, per: 'P7D', by: 'user', ...facts });

/** Sends, and answers whom it went to; every message is accepted unless said. */
async function sentTo(body: Body, verdict: Parameters<CampaignApp['settleAll']>[1] = ['accepted']): Promise<string[]> {
  return planned((await campaign.send({ to: { everyone: true }, ...body })).sendId, verdict);
}
async function launched(id: string, facts: Body): Promise<string[]> {
  await campaign.call('PUT', `/campaigns/${id}`, { to: { everyone: true }, message: { title: 'Sale' }, ...facts });
  return planned(((await campaign.call('POST', `/campaigns/${id}/launch`)).body as { sendId: string }).sendId);
}
async function planned(sendId: string, verdict: Parameters<CampaignApp['settleAll']>[1] = ['accepted']): Promise<string[]> {
  await campaign.settleAll(sendId, verdict);
  const entries = (await campaign.pages.after(sendId, null, 10)).flatMap((page) => page.entries);
  return entries
    .filter(({ batch }) => batch !== null)
    .map(({ installationId }) => installationId)
    .sort();
}

describe('frequency caps of an app', () => {
  it('leave out whoever has had as many, on all devices, with the reason and the time', async () => {
    await appHas(cap());
    const first = now();
    expect(await sentTo({ to: { users: ['kim'] } })).toEqual(['phone', 'tablet']);
    campaign.http.clock.advance(dayMs);
    const { sendId } = await campaign.send({ to: { everyone: true } });

    expect(await planned(sendId)).toEqual(['other']);
    expect(await campaign.show(sendId)).toMatchObject({ counts: { targeted: 3, suppressed: 2 }, suppressedBy: { frequency_cap: 2 } });
    const entries = (await campaign.pages.after(sendId, null, 10)).flatMap((page) => page.entries);
    const left = entries.find(({ installationId }) => installationId === 'phone');
    expect(left?.cap?.index).toBe(0);
    expect(left?.cap?.until).toBeGreaterThanOrEqual(first + 7 * dayMs);
    campaign.http.clock.advance(6 * dayMs + 3_600_000);
    expect(await sentTo({ to: { users: ['kim'] } })).toEqual(['phone', 'tablet']);
  });

  it('count for each device where they say so, in sends to named users, too', async () => {
    await appHas(cap({ by: 'installation' }));
    expect(await sentTo({ to: { installations: ['phone'] } })).toEqual(['phone']);

    expect(await sentTo({ to: { users: ['kim', 'lee'] } })).toEqual(['other', 'tablet']);
  });

  it('take what failed, or was skipped, for nothing', async () => {
    await appHas(cap());
    await sentTo({}, ['payload_bad']);
    await sentTo({}, ['skipped', 'aborted']);

    expect(await sentTo({})).toHaveLength(3);
    expect(await sentTo({})).toHaveLength(0);
  });

  it('are those of the labels of campaigns; one that ignores them counts all the same', async () => {
    await appHas(cap({ label: 'promo' }), cap({ label: 'news', max: 2 }));
    expect(await launched('spring', { labels: ['promo', 'news'] })).toHaveLength(3);
    expect(await launched('summer', { labels: ['promo'] })).toEqual([]);
    expect(await launched('paper', { labels: ['news'], frequency: { respectCaps: false } })).toHaveLength(3);
    expect(await launched('more', { labels: ['news'] })).toEqual([]);
    expect(await launched('other', { labels: ['service'] })).toHaveLength(3);
    expect(await sentTo({})).toHaveLength(3);
  });

  it('have nothing to do with transactional sends, and dry runs use nothing up', async () => {
    await appHas(cap());
    await sentTo({ to: { users: ['kim'] }, options: { purpose: 'transactional' } });
    await campaign.send({ to: { everyone: true }, options: { dryRun: true } });
    expect(await sentTo({})).toHaveLength(3);

    expect(await sentTo({ to: { users: ['kim'] }, options: { purpose: 'transactional' } })).toHaveLength(2);
    const { sendId } = await campaign.send({ to: { everyone: true }, options: { dryRun: true } });
    await until(async () => (await campaign.show(sendId)).state === 'done');
    expect(await campaign.show(sendId)).toMatchObject({ suppressedBy: { frequency_cap: 3 } });
  });

  it('are kept by the campaign that is read back, and checked', async () => {
    const to = { everyone: true };
    await campaign.call('PUT', '/campaigns/a', { to, message: { title: 'x' }, frequency: { respectCaps: false } });
    await campaign.call('PUT', '/campaigns/b', { to, message: { title: 'x' } });

    expect((await campaign.call('GET', '/campaigns/a')).body).toMatchObject({ frequency: { respectCaps: false } });
    expect((await campaign.call('GET', '/campaigns/b')).body).toMatchObject({ frequency: { respectCaps: true } });
    expect((await campaign.call('PUT', '/campaigns/c', { to, message: { title: 'x' }, frequency: { caps: 1 } })).status).toBe(400);
  });
});
