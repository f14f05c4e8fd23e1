import { startConsumers } from '#libs/testing/http';
import { until } from '#libs/testing';
import { newSlice } from '#libs/sends';
import { SendRepository } from '#libs/sends/send/writing';
import { SliceRepository } from '#libs/sends/slice/writing';
import { SqliteSendTargets } from '../src/send/sqlite-send-targets.ts';
import { SweepSlices } from '../src/planning/sweep-slices.ts';
import { SweepSends } from '../src/progress/sweep-sends.ts';
import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;

afterEach(() => campaign.close());

/** Everything in the log is lost, as by a broker that forgot it. */
async function loseEvents(): Promise<void> {
  await campaign.http.store.write(() => campaign.http.store.sql('DELETE FROM log_records').run());
}

async function sweep(): Promise<void> {
  await campaign.http.app.get(SweepSends).execute();
  await campaign.http.app.get(SweepSlices).execute();
}

/** The batches of a send to so many phones, all of them planned and none taken. */
async function broadcast(phones: number) {
  campaign = await CampaignApp.open({ settings: { CANARY_MESSAGES: '0' } });
  await campaign.phones(phones);
  const { sendId } = await campaign.send({ to: { everyone: true } });
  await until(async () => (await campaign.show(sendId)).state === 'sending');
  return campaign.batches(sendId);
}

const planned = () => campaign.events('batch.planned.v1').map(({ data }) => (data as { batchId: string }).batchId);

describe('what a crash or a lost event leaves', () => {
  it('a send whose slices nobody opened is planned after the sweep', async () => {
    campaign = await CampaignApp.open({ consuming: false });
    await campaign.phone('p1');
    const { sendId } = await campaign.send({ to: { everyone: true } });
    await loseEvents();

    campaign.http.clock.advance(5_000);
    await sweep();
    await startConsumers(campaign.http);
    await campaign.settleAll(sendId);

    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: { accepted: 1 } });
  });

  it('a small send that died before it was planned is planned by its repeat, and by the sweep', async () => {
    campaign = await CampaignApp.open();
    await campaign.phone('p1', { user: 'a' });
    const headers = { 'idempotency-key': 'k' };
    const { sendId } = await campaign.send({ to: { users: ['a'] } }, headers);
    const forget = () =>
      campaign.http.store.write(() => {
        for (const table of ['pages', 'slices']) campaign.http.store.sql(`DELETE FROM ${table}`).run();
        campaign.http.store.sql("UPDATE sends SET state = 'planning'").run();
        campaign.http.store.sql('UPDATE idempotency SET answer = NULL').run();
      });

    await forget();
    const again = await campaign.send({ to: { users: ['a'] } }, headers);
    expect(again).toMatchObject({ sendId, state: 'sending' });
    expect(await campaign.batches(sendId)).toHaveLength(1);

    await forget();
    campaign.http.clock.advance(10_000);
    await sweep();
    await until(async () => (await campaign.batches(sendId)).length === 1);
    expect(await new SqliteSendTargets(campaign.http.store).after(sendId, '', 10)).toHaveLength(1);
  });

  it('batches that no dispatcher has taken are said again, those that one has are not', async () => {
    campaign = await CampaignApp.open();
    await campaign.phone('p1', { user: 'a' });
    await campaign.phone('p2', { user: 'a', provider: 'fcm', platform: 'android' });
    const { sendId } = await campaign.send({ to: { users: ['a'] }, options: { purpose: 'transactional' } });
    const [first, second] = await campaign.batches(sendId);
    await campaign.claim(first!);
    await loseEvents();

    await sweep();
    expect(planned()).toEqual([]);
    campaign.http.clock.advance(5_000);
    await sweep();
    expect(planned()).toEqual([second!.id]);

    await campaign.claim(second!);
    campaign.http.clock.advance(60_000);
    await sweep();
    expect(planned()).toEqual([second!.id]);
    expect(campaign.http.store.sql('SELECT handed_over, due_at FROM slices').all()).toMatchObject([{ handed_over: 0, due_at: null }]);
  });

  it('batches that stand in their queue are not said again, however long they wait; those that are lost are, once they have left it', async () => {
    const batches = await broadcast(4_500);
    const [ofFirstPage, others] = [batches.slice(0, 4), batches.slice(4)];
    for (const batch of ofFirstPage) await campaign.claim(batch);

    for (let look = 0; look < 10; look += 1) {
      campaign.http.clock.advance(15_000);
      await sweep();
    }
    expect(planned().sort()).toEqual(batches.map(({ id }) => id).sort());

    await loseEvents();
    campaign.http.clock.advance(5_000);
    await sweep();
    expect(planned().sort()).toEqual(others.map(({ id }) => id).sort());
  });

  it('batches that were said again are not said once more while they stand in their queue', async () => {
    const batches = await broadcast(1_000);
    await loseEvents();

    for (let look = 0; look < 10; look += 1) {
      campaign.http.clock.advance(60_000);
      await sweep();
    }

    expect(planned().sort()).toEqual(batches.map(({ id }) => id).sort());
  });

  it('planning that stands in its queue is not asked for again; it is when that is lost', async () => {
    campaign = await CampaignApp.open({ consuming: false });
    await campaign.phone('p1');
    const { sendId } = await campaign.send({ to: { everyone: true } });
    const { app, clock } = campaign.http;
    const send = (await app.get(SendRepository).findById('shop', sendId))!;
    await app.get(SliceRepository).open([newSlice(send, 0, clock.now())]);
    const asked = () => campaign.events('slice.opened.v1').length;

    for (let look = 0; look < 5; look += 1) {
      clock.advance(20_000);
      await app.get(SweepSlices).execute();
    }
    expect(asked()).toBe(1);

    await loseEvents();
    clock.advance(20_000);
    await app.get(SweepSlices).execute();
    expect(asked()).toBe(1);
  });

  it('a send whose last event was lost ends after the sweep', async () => {
    campaign = await CampaignApp.open({ consuming: false });
    await campaign.phone('p1', { user: 'a' });
    const { sendId } = await campaign.send({ to: { users: ['a'] } });
    await campaign.settle((await campaign.batches(sendId))[0]!);

    campaign.http.clock.advance(5_000);
    await sweep();

    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: { accepted: 1 } });
    expect(campaign.events('send.finished.v1')).toHaveLength(1);
  });
});

describe('a send that is over', () => {
  it('counts anew what a replayed dead letter has brought, and ends once', async () => {
    campaign = await CampaignApp.open();
    await campaign.phone('p1', { user: 'a' });
    await campaign.phone('p2', { user: 'a', provider: 'fcm', platform: 'android' });
    const { sendId } = await campaign.send({ to: { users: ['a'] } });
    const [first, second] = await campaign.batches(sendId);
    await campaign.settle(first!, ['dead']);
    await campaign.settle(second!);
    await until(async () => (await campaign.show(sendId)).state === 'done');
    expect(await campaign.show(sendId)).toMatchObject({ counts: { accepted: 1, failed: 1 }, outcomes: { dead: 1 } });

    await campaign.settle(first!, ['accepted']);

    await until(async () => (await campaign.show(sendId)).counts['accepted'] === 2);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: { accepted: 2, failed: 0 }, outcomes: {} });
    expect(campaign.events('send.finished.v1')).toHaveLength(1);
  });
});

describe('a big send', () => {
  it('plans no further ahead than its batches settle, and goes on when they have', async () => {
    campaign = await CampaignApp.open({ settings: { OPEN_BATCHES_PER_PROVIDER: '4' } });
    await campaign.phones(6_000);

    const { sendId } = await campaign.send({ to: { everyone: true } });
    await until(() => campaign.http.store.sql('SELECT 1 FROM slices WHERE waiting = 1').get() !== undefined);
    const ahead = (await campaign.batches(sendId)).length;
    await campaign.settleAll(sendId);

    expect(ahead).toBeLessThanOrEqual(5);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: { targeted: 6_000, accepted: 6_000, remaining: 0 } });
    const targeted = (await campaign.pages.after(sendId, null, 100)).flatMap(({ entries }) =>
      entries.map(({ installationId }) => installationId),
    );
    expect(new Set(targeted).size).toBe(6_000);
  });
});
