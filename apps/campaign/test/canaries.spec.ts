import { IndexSet, noResult, type OutcomeCode } from '#libs/sends';
import { SqliteResultRepository } from '#libs/sends/result/writing';
import { SendRepository } from '#libs/sends/send/writing';
import { batchSettledV1, eventOf } from '#libs/events';
import { until } from '#libs/testing';
import { SweepSends } from '../src/progress/sweep-sends.ts';
import { CampaignApp, app } from './campaign-app.ts';

interface Shown {
  readonly state: string;
  readonly stateReason: string | null;
  readonly canary: object | null;
  readonly waitingFor: readonly { readonly detail: string }[];
}

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
  await campaign.phones(2_400);
});
afterEach(() => campaign.close());

const show = async (sendId: string) => (await campaign.show(sendId)) as unknown as Shown;

/** Plays dispatcher and feedback: every message of what is planned gets this word. */
async function answer(sendId: string, outcome: OutcomeCode, reason: string | null = null): Promise<void> {
  const results = new SqliteResultRepository(campaign.http.store, campaign.log);
  for (const batch of await campaign.batches(sendId)) {
    const messages = IndexSet.upTo(batch.size);
    const updatedAt = campaign.http.clock.now();
    const known = {
      ...noResult(batch, app),
      revision: 1,
      results: [{ outcome, reason, messages }],
      final: messages,
      settled: true,
      updatedAt,
    };
    await results.save(known, [
      eventOf(batchSettledV1, { app, sendId, batchId: batch.id }, { source: 'carillon/feedback', at: updatedAt }),
    ]);
  }
}

async function begun(): Promise<string> {
  const { sendId } = await campaign.send({ to: { everyone: true } });
  await until(async () => (await campaign.batches(sendId)).length > 0);
  return sendId;
}

describe('a large send', () => {
  it('plans its first 200 messages, and the rest once they are accepted', async () => {
    const sendId = await begun();
    expect((await campaign.batches(sendId)).reduce((sum, { size }) => sum + size, 0)).toBe(200);

    await answer(sendId, 'accepted');
    await campaign.settleAll(sendId);

    await until(async () => (await show(sendId)).state === 'done');
    expect(await campaign.show(sendId)).toMatchObject({ canary: null, counts: { targeted: 2_400, accepted: 2_400 } });
  });

  it('is paused with the reason where they all fail, and goes on when somebody resumes it', async () => {
    const sendId = await begun();

    await answer(sendId, 'wrong_sender', 'DeviceTokenNotForTopic');
    await until(async () => (await show(sendId)).state === 'paused');

    const held = await show(sendId);
    expect(held).toMatchObject({
      stateReason: 'canary_failed',
      canary: { provider: 'apns', outcome: 'wrong_sender', reason: 'DeviceTokenNotForTopic', answers: 200, bad: 200 },
      counts: { targeted: 200, failed: 200 },
    });
    expect(held.waitingFor[0]?.detail).toContain('200 of the first 200 answers of apns were wrong_sender: DeviceTokenNotForTopic');
    await campaign.call('POST', `/sends/${sendId}/resume`);
    await until(async () => (await campaign.batches(sendId)).reduce((sum, { size }) => sum + size, 0) === 2_400);
    expect((await show(sendId)).state).not.toBe('paused');
  });

  it('plans on for the others where a provider says nothing, and what is for that one behind its first 200', async () => {
    const ids = Array.from({ length: 600 }, (_, at) => `android-${at}`);
    for (const id of ids) await campaign.phone(id, { platform: 'android', provider: 'fcm' });
    const sendId = await begun();

    const settled = new Set<string>();
    await until(async () => {
      const open = (await campaign.batches(sendId)).filter(({ id, provider }) => provider === 'apns' && !settled.has(id));
      for (const batch of open) await campaign.settle(batch);
      for (const { id } of open) settled.add(id);
      return (await campaign.batches(sendId)).reduce((sum, { size }) => sum + size, 0) === 3_000;
    });

    const ofFcm = (await campaign.batches(sendId)).filter(({ provider }) => provider === 'fcm');
    const first = ofFcm.filter(({ isCanary }) => isCanary).reduce((sum, { size }) => sum + size, 0);
    expect([first, ofFcm.reduce((sum, { size }) => sum + size, 0)]).toEqual([200, 600]);
    expect(await campaign.http.app.get(SendRepository, { strict: false }).findById(app, sendId)).toMatchObject({
      canary: { verdict: 'going', judged: ['apns'] },
    });
  });

  it('goes on without a word where its provider gives none', async () => {
    const sendId = await begun();

    campaign.http.clock.advance(10_000);
    await campaign.http.app.get(SweepSends, { strict: false }).execute();

    await until(async () => (await campaign.batches(sendId)).reduce((sum, { size }) => sum + size, 0) === 2_400);
  });
});
