import { ForgetSends } from '../src/retention/forget-sends.ts';
import { SweepSends } from '../src/progress/sweep-sends.ts';
import { CampaignApp } from './campaign-app.ts';

const dayMs = 86_400_000;
let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phone('p1', { user: 'a' });
});

afterEach(() => campaign.close());

async function aDoneSend(to: object = { everyone: true }): Promise<string> {
  const { sendId } = await campaign.send({ to });
  await campaign.settleAll(sendId);
  return sendId;
}

async function forget(): Promise<number> {
  const forgotten = await campaign.http.app.get(ForgetSends).execute();
  await campaign.http.app.get(SweepSends).execute();
  return forgotten;
}

/** What is stored of a send, by table. */
function left(sendId: string): Record<string, number> {
  const count = (table: string) =>
    Number(campaign.http.store.sql(`SELECT count(*) AS n FROM ${table} WHERE send_id = ?`).get(sendId)?.['n']);
  return Object.fromEntries(['pages', 'slices', 'send_targets'].map((table) => [table, count(table)]));
}

describe('sends whose time of keeping is over', () => {
  it('leave their sums, and say once that the rest goes', async () => {
    const sendId = await aDoneSend({ users: ['a'] });
    const before = await campaign.show(sendId);
    campaign.http.clock.advance(Date.parse(String(before['finishedAt'])) + 30 * dayMs - campaign.http.clock.now());
    expect(await forget()).toBe(0);
    campaign.http.clock.advance(1);

    expect([await forget(), await forget()]).toEqual([1, 0]);

    expect(left(sendId)).toEqual({ pages: 0, slices: 0, send_targets: 0 });
    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: before.counts });
    expect(campaign.events('send.forgotten.v1').map(({ data }) => data)).toEqual([{ app: expect.any(String) as string, sendId }]);
  });

  it('keep everything as long as they are not over, however old they are', async () => {
    const { sendId } = await campaign.send({ to: { everyone: true } });
    await campaign.batches(sendId);
    campaign.http.clock.advance(90 * dayMs);

    expect(await forget()).toBe(0);
    expect(left(sendId)).toMatchObject({ slices: 1 });
  });

  it('are dropped by the next sweep when the process died in between', async () => {
    const sendId = await aDoneSend();
    campaign.http.clock.advance(31 * dayMs);
    await campaign.http.app.get(ForgetSends).execute();
    expect(left(sendId)).toMatchObject({ pages: 1 });

    await campaign.http.app.get(SweepSends).execute();

    expect(left(sendId)).toMatchObject({ pages: 0, slices: 0 });
  });
});
