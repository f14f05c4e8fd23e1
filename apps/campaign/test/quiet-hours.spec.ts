import { AppRepository } from '#libs/access';
import { newId, type QuietHours } from '#libs/kernel';
import { until } from '#libs/testing';
import { StartScheduledSends } from '../src/schedule/start-scheduled-sends.ts';
import { CampaignApp, app, type Body } from './campaign-app.ts';

let campaign: CampaignApp;
const night: QuietHours = { from: '22:00', to: '08:00', then: 'hold' };
const now = () => campaign.http.clock.now();

beforeEach(async () => {
  campaign = await CampaignApp.open();
  campaign.http.clock.advance(Date.parse('2026-03-01T23:00:00Z') - now());
  await campaign.phone('paris', { user: 'kim', tags: ['vip'], timeZone: 'Europe/Paris' });
  await campaign.phone('new-york', { user: 'lee', tags: ['vip'], timeZone: 'America/New_York' });
  await campaign.phone('somewhere', { user: 'max', tags: ['vip'] });
});

afterEach(() => campaign.close());

async function appIs(quietHours: QuietHours): Promise<void> {
  const apps = campaign.http.app.get<unknown, AppRepository>(AppRepository, { strict: false });
  const found = (await apps.findById(app))!;
  const audit = { id: newId(), at: now(), app, actor: 'test', action: 'app.changed', target: app } as const;
  await apps.save({ ...found, revision: found.revision + 1, settings: { ...found.settings, quietHours } }, audit);
}
const put = (facts: Body) => campaign.call('PUT', '/campaigns/spring', { to: { tags: 'vip' }, message: { title: 'Sale' }, ...facts });
const launch = async () => (await campaign.call('POST', '/campaigns/spring/launch')).body as { sendId: string };
/** Who goes when, or why not. */
async function planOf(sendId: string): Promise<Record<string, string>> {
  await campaign.settleAll(sendId);
  const pages = await campaign.pages.after(sendId, null, 10);
  const entries = pages.flatMap((page) =>
    page.entries.map(({ installationId, batch, suppressedBy }): [string, string] => {
      const dueAt = batch === null ? null : page.batches[batch]!.dueAt;
      return [installationId, dueAt === null ? String(suppressedBy) : dueAt === page.plannedAt ? 'now' : new Date(dueAt).toISOString()];
    }),
  );
  return Object.fromEntries(entries);
}

describe('quiet hours of a campaign', () => {
  it('hold what would come in the night of its phone until the morning there', async () => {
    await put({ quietHours: night });
    const { sendId } = await launch();

    expect(await planOf(sendId)).toEqual({ paris: '2026-03-02T07:00:00.000Z', 'new-york': 'now', somewhere: '2026-03-02T08:00:00.000Z' });
  });

  it('are said by the send that waits for their end', async () => {
    await put({ quietHours: night });
    const { sendId } = await launch();
    await until(async () => (await campaign.batches(sendId)).length > 1);
    campaign.http.clock.advance(2_000); // sums are a second old at most

    expect(await campaign.show(sendId)).toMatchObject({
      waitingFor: [
        { what: 'time', provider: null, reason: 'planned_for_later', retryAt: '2026-03-02T08:00:00.000Z' },
        { what: 'credentials', reason: 'credentials_missing' },
      ],
    });
    campaign.http.clock.advance(9 * 3_600_000 + 1);
    expect(await campaign.show(sendId)).toMatchObject({ waitingFor: [{ what: 'credentials' }] });
  });

  it('drop it, with the reason, where they say so', async () => {
    await put({ quietHours: { ...night, then: 'drop' } });
    const { sendId } = await launch();

    expect(await planOf(sendId)).toEqual({ paris: 'quiet_hours', 'new-york': 'now', somewhere: 'quiet_hours' });
    expect(await campaign.show(sendId)).toMatchObject({
      counts: { targeted: 3, suppressed: 2, accepted: 1 },
      suppressedBy: { quiet_hours: 2 },
    });
  });

  it('are checked', async () => {
    for (const quietHours of [{ ...night, to: '22:00' }, { ...night, from: '24:00' }, { ...night, then: 'wait' }, true])
      expect((await put({ quietHours })).status).toBe(400);
  });
});

describe('quiet hours of an app', () => {
  it('are those of its marketing, unless a campaign has others or none, and never of transactional sends', async () => {
    await appIs({ ...night, then: 'drop' });
    const to = { users: ['kim'] };
    const marketing = await campaign.send({ to });
    const transactional = await campaign.send({ to, options: { purpose: 'transactional' } });
    await put({ quietHours: false });
    const { sendId: without } = await launch();

    expect(await planOf(marketing.sendId)).toEqual({ paris: 'quiet_hours' });
    expect(await planOf(transactional.sendId)).toEqual({ paris: 'now' });
    expect(Object.values(await planOf(without))).toEqual(['now', 'now', 'now']);
  });

  it('are judged when a scheduled send goes', async () => {
    await appIs(night);
    const { sendId } = await campaign.send({ to: { users: ['kim'] }, options: { sendAt: new Date(now() + 3_600_000).toISOString() } });
    campaign.http.clock.advance(3_600_000);
    await campaign.http.app.get<unknown, StartScheduledSends>(StartScheduledSends, { strict: false }).execute();

    expect(await planOf(sendId)).toEqual({ paris: '2026-03-02T07:00:00.000Z' });
  });
});
