import { until } from '#libs/testing';
import { HoldRestoredSends } from '../src/control/hold-restored-sends.ts';
import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
});

afterEach(() => campaign.close());

describe('pause, resume and stop', () => {
  it('holds a send, shows what it waits for, and lets it go on', async () => {
    await campaign.phone('p1', { user: 'a' });
    const { sendId } = await campaign.send({ to: { users: ['a'] } });

    const paused = await campaign.call('POST', `/sends/${sendId}/pause`);
    const again = await campaign.call('POST', `/sends/${sendId}/pause`);
    await campaign.settle((await campaign.batches(sendId))[0]!);
    const resumed = await campaign.call('POST', `/sends/${sendId}/resume`);

    expect(paused).toMatchObject({ status: 200, body: { state: 'paused', counts: { remaining: 1 } } });
    expect((paused.body as { waitingFor: unknown[] }).waitingFor).toContainEqual(
      expect.objectContaining({ what: 'resume', reason: 'paused' }),
    );
    expect(again).toMatchObject({ status: 200, body: { state: 'paused' } });
    expect(resumed).toMatchObject({ status: 200, body: { state: 'done', counts: { accepted: 1, remaining: 0 } } });
  });

  it('answers a pause only when nothing is on the wire any more', async () => {
    await campaign.phone('p1', { user: 'a' });
    const { sendId } = await campaign.send({ to: { users: ['a'] } });
    await campaign.claim((await campaign.batches(sendId))[0]!, true);
    let answered = false;

    const pausing = campaign.call('POST', `/sends/${sendId}/pause`).then(() => (answered = true));
    await until(async () => (await campaign.show(sendId)).state === 'paused');
    expect(answered).toBe(false);
    await campaign.http.store.write(() => campaign.http.store.sql('UPDATE attempts SET window_open = 0').run());
    await pausing;

    expect(answered).toBe(true);
  });

  it('stops a send: what was not planned is not targeted, what is open settles as send_stopped', async () => {
    await campaign.close();
    campaign = await CampaignApp.open({ settings: { OPEN_BATCHES_PER_PROVIDER: '1' } });
    const seeded = Array.from({ length: 2_500 }, (_, index) => `p${index}`);
    await Promise.all(seeded.map((id) => campaign.phone(id)));
    const { sendId } = await campaign.send({ to: { everyone: true } });
    await until(async () => (await campaign.batches(sendId)).length > 0);

    const stopped = await campaign.call('POST', `/sends/${sendId}/stop`);
    const planned = await campaign.batches(sendId);
    expect(stopped).toMatchObject({ status: 200, body: { state: 'stopped', finishedAt: null } });
    for (const batch of planned) await campaign.settle(batch, ['skipped', 'send_stopped']);
    await until(async () => (await campaign.show(sendId))['finishedAt'] !== null);

    const targeted = planned.reduce((sum, { size }) => sum + size, 0);
    expect(targeted).toBeLessThan(2_500);
    expect(await campaign.show(sendId)).toMatchObject({
      state: 'stopped',
      counts: { targeted, suppressed: targeted, accepted: 0, remaining: 0 },
      suppressedBy: { send_stopped: targeted },
    });
    expect(campaign.events('send.finished.v1')).toMatchObject([{ data: { state: 'stopped' } }]);
  });

  it('holds all that would go on when its data comes from a backup', async () => {
    for (const id of ['p1', 'p2', 'p3']) await campaign.phone(id, { user: id });
    const [goingOn, held, over] = await Promise.all(['p1', 'p2', 'p3'].map((user) => campaign.send({ to: { users: [user] } })));
    await campaign.call('POST', `/sends/${held!.sendId}/pause`);
    await campaign.settle((await campaign.batches(over!.sendId))[0]!);
    await until(async () => (await campaign.show(over!.sendId)).state === 'done');

    const restored = await campaign.http.app.get(HoldRestoredSends, { strict: false }).execute();

    expect(restored).toBe(1);
    expect(await campaign.show(goingOn!.sendId)).toMatchObject({ state: 'paused', stateReason: 'restored', counts: { remaining: 1 } });
    expect(await campaign.show(held!.sendId)).toMatchObject({ state: 'paused', stateReason: null });
    expect(await campaign.show(over!.sendId)).toMatchObject({ state: 'done' });
    const resumed = await campaign.call('POST', `/sends/${goingOn!.sendId}/resume`);
    expect(resumed.body).toMatchObject({ state: 'sending', stateReason: null });
  });

  it('knows no send of another app', async () => {
    expect(await campaign.call('GET', '/sends/nothing')).toMatchObject({ status: 404, body: { code: 'send_not_found' } });
    expect(await campaign.call('POST', '/sends/nothing/stop')).toMatchObject({ status: 404, body: { code: 'send_not_found' } });
  });
});
