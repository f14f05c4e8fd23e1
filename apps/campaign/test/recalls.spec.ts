import { AuditLog } from '#libs/access';
import { uuid5 } from '#libs/kernel';
import { SendRepository } from '#libs/sends/send/writing';
import { until } from '#libs/testing';
import { SweepSends } from '../src/progress/sweep-sends.ts';
import { CampaignApp, app, type Body } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open({ settings: { CANARY_MESSAGES: '0' } });
});

afterEach(() => campaign.close());

const options = { collapseId: 'sale' };
const replaceWith = { title: 'The sale begins on Monday' };
const recall = async (id: string, body?: Body) =>
  (await campaign.call('POST', `/sends/${id}/recall`, body)).body as Body & { sendId: string };
const recallId = (id: string) => uuid5('recall', id);
const phonesOf = async (sendId: string) =>
  (await campaign.pages.after(sendId, null, 100)).flatMap(({ entries }) =>
    entries.map(({ installationId, suppressedBy }) => [installationId, suppressedBy] as const),
  );

/** One phone of each kind, all of which accepted the message. */
async function sentToAll(facts: Body = {}) {
  await campaign.phone('apple', { user: 'a' });
  await campaign.phone('droid', { provider: 'fcm', platform: 'android', user: 'b' });
  await campaign.phone('browser', { provider: 'webpush', platform: 'web', user: 'c' });
  await campaign.phone('fire', { provider: 'adm', platform: 'android' });
  await campaign.phone('huawei', { provider: 'hms', platform: 'android' });
  await campaign.phone('window', { provider: 'wns', platform: 'windows' });
  const { sendId } = await campaign.send({ to: { everyone: true }, options, ...facts });
  await campaign.settleAll(sendId);
  return sendId;
}

describe('POST …/sends/{id}/recall', () => {
  it('replaces what was accepted where the provider can, under the same collapse id, and says what stays', async () => {
    const sendId = await sentToAll();
    await campaign.phone('later');
    const answer = await recall(sendId, { replaceWith });
    await campaign.settleAll(answer.sendId);
    const shown = await campaign.show(answer.sendId);

    expect(answer).toEqual({
      sendId: recallId(sendId),
      unsent: 0,
      ...{ replaced: 5, withdrawn: 0, impossible: 1 },
      byProvider: {
        ...Object.fromEntries(['apns', 'fcm', 'webpush', 'adm', 'hms'].map((name) => [name, { replaced: 1, withdrawn: 0, impossible: 0 }])),
        wns: { replaced: 0, withdrawn: 0, impossible: 1 },
      },
    });
    expect(shown).toMatchObject({
      state: 'done',
      replaces: sendId,
      campaign: null,
      counts: { targeted: 6, accepted: 5, suppressed: 1 },
      suppressedBy: { not_replaceable: 1 },
    });
    expect((await phonesOf(answer.sendId)).map(([id]) => id)).not.toContain('later');
    expect(await recall(sendId, { replaceWith })).toMatchObject({ sendId: answer.sendId, replaced: 5, impossible: 1 });
    expect((await campaign.http.app.get(AuditLog).list(app, undefined, 10)).filter(({ target }) => target === sendId)).toMatchObject([
      { action: 'send.recalled', actor: expect.stringMatching(/^server:/) as string },
    ]);
    expect((await campaign.http.app.get(SendRepository).findById(app, answer.sendId))?.options).toMatchObject({ collapseId: 'sale' });
  });

  it('stops what has not gone, counts it, and replaces nobody who did not get it', async () => {
    await campaign.phones(30);
    await campaign.phone('droid', { provider: 'fcm', platform: 'android' });
    const { sendId } = await campaign.send({ to: { everyone: true }, options });
    await until(async () => (await campaign.batches(sendId)).length === 2);
    const [first, second] = await campaign.batches(sendId);
    const apple = first!.provider === 'apns' ? first! : second!;
    const droid = first!.provider === 'apns' ? second! : first!;
    await campaign.settle(apple);
    const answer = await recall(sendId, { replaceWith });
    const early = await phonesOf(answer.sendId);
    await campaign.settle(droid, ['skipped', 'send_stopped']);
    await until(async () => (await campaign.show(sendId))['finishedAt'] !== null);
    campaign.http.clock.advance(5_000);
    await campaign.http.app.get(SweepSends).execute();
    await campaign.settleAll(answer.sendId);

    expect(answer).toMatchObject({ unsent: 1, replaced: 30, impossible: 0 });
    expect(early).toEqual([]); // who got it was not known before the last word
    expect(await campaign.show(sendId)).toMatchObject({ state: 'stopped', stateReason: 'recalled' });
    expect(await campaign.show(answer.sendId)).toMatchObject({
      counts: { targeted: 30, accepted: 30 },
      byProvider: { apns: { accepted: 30 } },
    });
    expect(await recall(sendId, { replaceWith })).toMatchObject({ unsent: 1, replaced: 30 });
  });

  it('leaves out who moved to another person, who was deleted, and who has unsubscribed since', async () => {
    const sendId = await sentToAll();
    await campaign.phone('apple', { user: 'somebody-else' });
    await campaign.subscribe('c', 'unsubscribed');
    await campaign.http.store.write(() => campaign.http.store.sql("DELETE FROM installations WHERE id = 'droid'").run());
    const answer = await recall(sendId, { replaceWith });
    await campaign.settleAll(answer.sendId);

    expect(Object.fromEntries(await phonesOf(answer.sendId))).toEqual({
      ...{ apple: 'owner_changed', droid: 'no_token', browser: 'unsubscribed', window: 'not_replaceable', fire: null, huawei: null },
    });
    expect(answer).toMatchObject({ replaced: 2, impossible: 4 });
  });

  it('withdraws with a silent message where that takes the place of a shown one, and nowhere else', async () => {
    const sendId = await sentToAll();
    await campaign.phone('apple-over-fcm', { provider: 'fcm' });
    const answer = await recall(sendId);
    const again = await recall(sendId, {});

    expect(answer).toMatchObject({
      replaced: 0,
      withdrawn: 3,
      impossible: 3,
      byProvider: { apns: { impossible: 1 }, adm: { withdrawn: 1 } },
    });
    expect(again).toEqual(answer);
    expect(await phonesOf(answer.sendId)).toHaveLength(6);
  });

  it('has nothing to replace without a collapse id, in a silent message, or where nothing was accepted', async () => {
    const without = await sentToAll({ options: {} });
    const silent = (await campaign.send({ to: { installations: ['apple'] }, message: { silent: true, data: { a: '1' } }, options })).sendId;
    await campaign.settleAll(silent);
    const nobody = (await campaign.send({ to: { users: ['nobody'] }, options })).sendId;

    expect(await recall(without, { replaceWith })).toMatchObject({ sendId: null, replaced: 0, impossible: 6 });
    expect(await recall(silent, { replaceWith })).toMatchObject({ sendId: null, impossible: 1 });
    expect(await recall(nobody)).toMatchObject({ sendId: null, unsent: 0, impossible: 0, byProvider: {} });
  });

  it('stops a send that waits for its time', async () => {
    await campaign.phone('apple');
    const sendAt = new Date(campaign.http.clock.now() + 3_600_000).toISOString();
    const { sendId } = await campaign.send({ to: { everyone: true }, options: { ...options, sendAt } });

    expect(await recall(sendId, { replaceWith })).toMatchObject({ sendId: null, unsent: 1, replaced: 0, impossible: 0 });
    expect(await campaign.show(sendId)).toMatchObject({ state: 'stopped', stateReason: 'recalled' });
  });

  it('replaces what a ramp had let go by then, step by step, each phone once', async () => {
    await campaign.phones(60);
    const ramp = [{ percent: 30, wait: 'PT1H' }];
    const { sendId } = await campaign.send({ to: { everyone: true }, options: { ...options, ramp } });
    await until(async () => (await campaign.batches(sendId)).length === 1);
    const [batch] = await campaign.batches(sendId);
    await campaign.settle(batch!);
    const answer = await recall(sendId, { replaceWith });
    await campaign.settleAll(answer.sendId);
    const phones = (await phonesOf(answer.sendId)).map(([id]) => id);

    expect(answer).toMatchObject({ unsent: 60 - batch!.size, replaced: batch!.size });
    expect(new Set(phones).size).toBe(batch!.size);
    expect(phones.length).toBe(batch!.size);
  });

  it('keeps the first message of a recall: another one is refused, and is for the send that the first one made', async () => {
    const sendId = await sentToAll();
    const { sendId: made } = await recall(sendId, { replaceWith });
    await campaign.settleAll(made);

    expect(await campaign.call('POST', `/sends/${sendId}/recall`, { replaceWith: { title: 'Never' } })).toMatchObject({
      status: 409,
      body: { code: 'recall_differs' },
    });
    expect(await campaign.call('POST', `/sends/${sendId}/recall`)).toMatchObject({ status: 409 });
    expect(await recall(made, { replaceWith: { title: 'Never' } })).toMatchObject({ sendId: recallId(made), replaced: 5 });
  });

  it.each([
    [{ replaceWith: { title: '{{' } }, '/replaceWith/title'],
    [{ replaceWith: {} }, '/replaceWith'],
    [{ replaceWith: { silent: true, data: { a: '1' } } }, '/replaceWith/silent'],
    [{ replaceWith: { title: 'x', data: { aps: '1' } } }, '/replaceWith/data/aps'],
    [{ with: 1 }, '/with'],
  ])('refuses %j', async (body, pointer) => {
    await campaign.phone('apple');
    const { sendId } = await campaign.send({ to: { everyone: true } });
    const answer = await campaign.call('POST', `/sends/${sendId}/recall`, body);

    expect(answer.status).toBe(400);
    expect((answer.body as { errors: { pointer: string }[] }).errors.map((error) => error.pointer)).toContain(pointer);
    expect(await campaign.call('POST', '/sends/none/recall', {})).toMatchObject({ status: 404 });
  });
});
