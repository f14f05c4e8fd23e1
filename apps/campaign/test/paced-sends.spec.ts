import { KeepPace } from '../src/planning/keep-pace.ts';
import { until } from '#libs/testing';
import { CampaignApp, type Body } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open({ settings: { CANARY_MESSAGES: '0' } });
  await campaign.phones(150);
});
afterEach(() => campaign.close());

const planned = async (sendId: string) => (await campaign.batches(sendId)).reduce((sum, { size }) => sum + size, 0);
const resting = (sendId: string) => {
  const row = campaign.http.store.sql('SELECT planned, waiting FROM slices WHERE send_id = ?').get(sendId);
  return row?.['waiting'] === 1 || row?.['planned'] === 1;
};

/** So many seconds, with a look at sends twice in each. */
async function pass(sendId: string, seconds: number): Promise<void> {
  for (let half = 0; half < seconds * 2; half += 1) {
    campaign.http.clock.advance(500);
    await campaign.http.app.get<unknown, KeepPace>(KeepPace, { strict: false }).execute();
    await until(async () => resting(sendId));
  }
}

async function begun(ratePerMinute: number, more: Body = {}): Promise<string> {
  const { sendId } = await campaign.send({ to: { everyone: true }, options: { ratePerMinute }, ...more });
  await until(async () => resting(sendId));
  return sendId;
}

describe('a send with a rate', () => {
  it('plans so many in a minute, says when it ends, and ends', async () => {
    const sendId = await begun(60);
    await pass(sendId, 60);

    expect(Math.abs((await planned(sendId)) - 60)).toBeLessThanOrEqual(3);
    const left = 150 - (await planned(sendId));
    const expectedEnd = Date.parse(String((await campaign.show(sendId))['expectedEndAt']));
    expect(Math.abs(expectedEnd - campaign.http.clock.now() - left * 1_000)).toBeLessThanOrEqual(3_000);
    await pass(sendId, 100);
    expect(await planned(sendId)).toBe(150);
    await campaign.settleAll(sendId);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', expectedEndAt: null, counts: { accepted: 150 } });
  });

  it('stands still while it is paused, and makes up for nothing', async () => {
    const sendId = await begun(60);
    await pass(sendId, 10);
    await campaign.call('POST', `/sends/${sendId}/pause`);
    const before = await planned(sendId);
    campaign.http.clock.advance(600_000);
    await campaign.http.app.get<unknown, KeepPace>(KeepPace, { strict: false }).execute();
    expect(await planned(sendId)).toBe(before);
    expect((await campaign.show(sendId))['expectedEndAt']).toBeNull();

    await campaign.call('POST', `/sends/${sendId}/resume`);
    await pass(sendId, 20);

    expect((await planned(sendId)) - before).toBeGreaterThanOrEqual(19);
    expect((await planned(sendId)) - before).toBeLessThanOrEqual(24);
    await campaign.call('POST', `/sends/${sendId}/stop`);
    await campaign.settleAll(sendId);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'stopped' });
  });

  it('has it from its campaign, and for named users, too', async () => {
    const to = { installations: Array.from({ length: 40 }, (_, n) => `p${n}`) };
    await campaign.call('PUT', '/campaigns/spring', { to, message: { title: 'Sale' }, ratePerMinute: 60 });
    expect((await campaign.call('GET', '/campaigns/spring')).body).toMatchObject({ ratePerMinute: 60 });
    const { sendId } = (await campaign.call('POST', '/campaigns/spring/launch')).body as { sendId: string };
    await until(async () => resting(sendId));

    expect(await planned(sendId)).toBeLessThanOrEqual(3);
    await pass(sendId, 45);
    expect(await planned(sendId)).toBe(40);
  });

  it('is 10 to 10,000,000', async () => {
    for (const ratePerMinute of [9, 10_000_001, 1.5, '60'])
      expect(
        (await campaign.call('POST', '/sends', { to: { everyone: true }, message: { title: 'x' }, options: { ratePerMinute } })).status,
      ).toBe(400);
  });
});
