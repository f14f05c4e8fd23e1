import { stepOf } from '#libs/sends';
import { SendRepository } from '#libs/sends/send/writing';
import { until } from '#libs/testing';
import { SweepSends } from '../src/progress/sweep-sends.ts';
import { CampaignApp, app, type Body } from './campaign-app.ts';

let campaign: CampaignApp;
const minute = 60_000;
const ramp = [
  { percent: 10, wait: 'PT10M', stopIf: { failedPercent: 50 } },
  { percent: 40, wait: 'PT1H' },
];

beforeEach(async () => {
  campaign = await CampaignApp.open({ settings: { CANARY_MESSAGES: '0' } });
  await campaign.phones(300);
});
afterEach(() => campaign.close());

const sends = () => campaign.http.app.get<unknown, SendRepository>(SendRepository, { strict: false });
const sweep = () => campaign.http.app.get<unknown, SweepSends>(SweepSends, { strict: false }).execute();
const planned = async (sendId: string) =>
  (await campaign.pages.after(sendId, null, 1_000)).flatMap(({ entries }) => entries.map(({ installationId }) => installationId));
const show = async (sendId: string) =>
  (await campaign.show(sendId)) as unknown as { state: string; stateReason: string | null; ramp: { step: number; nextAt: string | null } };
const waits = (sendId: string, step: number) =>
  until(async () => {
    const { ramp: now } = await show(sendId);
    return now.step === step && now.nextAt !== null;
  });

async function begun(more: Body = {}): Promise<string> {
  const { sendId } = await campaign.send({ to: { everyone: true }, options: { ramp }, ...more });
  await waits(sendId, 0);
  return sendId;
}
async function settle(sendId: string, verdict: Parameters<CampaignApp['settle']>[1]): Promise<void> {
  for (const batch of await campaign.batches(sendId)) await campaign.settle(batch, verdict);
}

describe('a send with a ramp', () => {
  it('goes step by step to whom a hash says, each after its wait, and then to the rest, each once', async () => {
    const sendId = await begun();
    const send = (await sends().findById(app, sendId))!;
    const first = await planned(sendId);
    expect(first.length).toBeGreaterThan(10);
    expect(first.length).toBeLessThan(60);
    expect(first.map((id) => stepOf(send, id))).toEqual(Array(first.length).fill(0));
    expect((await campaign.show(sendId))['waitingFor']).toContainEqual(expect.objectContaining({ what: 'time', reason: 'ramp' }));
    await settle(sendId, ['accepted']);

    campaign.http.clock.advance(9 * minute);
    await sweep();
    expect(await planned(sendId)).toHaveLength(first.length);
    campaign.http.clock.advance(2 * minute);
    await Promise.all([sweep(), sweep()]);
    await waits(sendId, 1);
    const second = await planned(sendId);
    expect(second.length).toBeGreaterThan(80);
    expect(second.length).toBeLessThan(160);
    expect(await show(sendId)).toMatchObject({ state: 'planning', ramp: { step: 1, steps: 2, percent: 40 } });
    campaign.http.clock.advance(61 * minute);
    await sweep();
    await until(async () => (await planned(sendId)).length === 300);

    expect(new Set(await planned(sendId)).size).toBe(300);
    await campaign.settleAll(sendId);
    expect(await show(sendId)).toMatchObject({ state: 'done', ramp: { step: 2, percent: 100, nextAt: null } });
  });

  it('is stopped where too many of a step failed, says so, and targets nobody else', async () => {
    const sendId = await begun();
    const first = await planned(sendId);
    await settle(sendId, ['payload_bad']);
    campaign.http.clock.advance(11 * minute);
    await sweep();
    await until(async () => {
      campaign.http.clock.advance(2_000);
      await sweep();
      return (await campaign.show(sendId))['finishedAt'] !== null;
    });

    expect(await campaign.show(sendId)).toMatchObject({
      state: 'stopped',
      stateReason: 'ramp_failed',
      counts: { targeted: first.length, failed: first.length },
    });
  });

  it('waits while it is paused, and counts the limit over all steps', async () => {
    const { sendId } = await campaign.send({ to: { everyone: true }, options: { ramp, maxRecipients: 300 } });
    await waits(sendId, 0);
    await campaign.call('POST', `/sends/${sendId}/pause`);
    campaign.http.clock.advance(20 * minute);
    await sweep();
    const before = await planned(sendId);
    expect(await show(sendId)).toMatchObject({ state: 'paused', ramp: { step: 0, nextAt: null } });

    await campaign.call('POST', `/sends/${sendId}/resume`);
    await sweep();
    await waits(sendId, 1);

    const last = await campaign.pages.headers(sendId, 1, 0, 100);
    expect(last.at(-1)?.targetedSoFar).toBe((await planned(sendId)).length);
    expect((await planned(sendId)).length).toBeGreaterThan(before.length);
  });

  it('is that of its campaign, also for named ones, and nothing for a topic', async () => {
    const installations = Array.from({ length: 200 }, (_, n) => `p${n}`);
    const body = { message: { title: 'Sale' }, ramp };
    await campaign.call('PUT', '/campaigns/spring', { ...body, to: { installations } });
    expect((await campaign.call('GET', '/campaigns/spring')).body).toMatchObject({ ramp });
    const { sendId } = (await campaign.call('POST', '/campaigns/spring/launch')).body as { sendId: string };
    await waits(sendId, 0);
    expect((await planned(sendId)).length).toBeLessThan(50);
    campaign.http.clock.advance(11 * minute);
    await sweep();
    await waits(sendId, 1);
    campaign.http.clock.advance(61 * minute);
    await sweep();
    await until(async () => (await planned(sendId)).length === 200);

    expect((await planned(sendId)).sort()).toEqual([...installations].sort());
    expect((await campaign.call('PUT', '/campaigns/t', { ...body, to: { topic: 'news' } })).status).toBe(400);
    const topic = { to: { topic: 'news' }, message: { title: 'x' }, options: { ramp } };
    expect((await campaign.call('POST', '/sends', topic)).body).toMatchObject({ errors: [{ pointer: '/options/ramp' }] });
  });

  it('is checked', async () => {
    const bad = [
      [],
      [{ percent: 0, wait: 'PT1M' }],
      [{ percent: 5, wait: 'P8D' }],
      [ramp[1], ramp[0]],
      [{ percent: 5 }],
      [{ ...ramp[0], stopIf: {} }],
    ];
    for (const steps of bad)
      expect(
        (await campaign.call('POST', '/sends', { to: { everyone: true }, message: { title: 'x' }, options: { ramp: steps } })).status,
      ).toBe(400);
  });
});
