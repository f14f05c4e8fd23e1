import { startConsumers } from '#libs/testing/http';
import { until } from '#libs/testing';
import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
});

afterEach(() => campaign.close());

describe('POST …/sends', () => {
  it('takes a send to one user, plans it inside the request and ends it when its batch has settled', async () => {
    await campaign.phone('p1', { user: '4711' });

    const answer = await campaign.call('POST', '/sends', { to: { users: ['4711'] }, message: { title: 'Hi' } });
    const { sendId } = answer.body as { sendId: string };
    const [batch] = await campaign.batches(sendId);

    expect(answer).toMatchObject({
      status: 202,
      headers: { location: `/v1/apps/shop/sends/${sendId}` },
      body: { state: 'sending', recipients: 1, unknownUsers: 0, unreachableUsers: 0, unknownTokens: null },
    });
    expect(campaign.events('batch.planned.v1')).toMatchObject([
      { data: { batchId: batch!.id, attemptId: `${batch!.id}:1`, lane: 'bulk' } },
    ]);

    await campaign.settle(batch!);
    await until(async () => (await campaign.show(sendId)).state === 'done');

    expect(await campaign.show(sendId)).toMatchObject({
      id: sendId,
      sendId,
      state: 'done',
      stateReason: null,
      waitingFor: [],
      planning: { slices: 1, done: 1 },
      counts: { users: 1, targeted: 1, suppressed: 0, accepted: 1, failed: 0, remaining: 0, possibleDuplicates: 0 },
      outcomes: {},
      suppressedBy: {},
      byProvider: { apns: { targeted: 1, accepted: 1, failed: 0, suppressed: 0, remaining: 0 } },
    });
    expect(campaign.events('send.finished.v1')).toMatchObject([{ data: { app: 'shop', sendId, state: 'done', counts: { accepted: 1 } } }]);
  });

  it('counts who has switched off the Android channel of a message, of everyone and of those who are named', async () => {
    await campaign.phone('p1', { provider: 'fcm', platform: 'android', mutedChannels: ['news'] });
    await campaign.phone('p2', { provider: 'fcm', platform: 'android' });

    for (const to of [{ everyone: true }, { installations: ['p1', 'p2'] }]) {
      const { sendId } = await campaign.send({ to, message: { title: 'Hi', androidChannel: 'news' } });
      await campaign.settleAll(sendId);

      expect(await campaign.show(sendId)).toMatchObject({ counts: { suppressed: 1, accepted: 1 }, suppressedBy: { channel_muted: 1 } });
    }
  });

  it('reaches everyone, slice by slice, and leaves out whom the rules leave out', async () => {
    await campaign.phone('p1', { user: 'a' });
    await campaign.phone('p2', { user: 'b', provider: 'fcm', platform: 'android' });
    await campaign.phone('p3', { token: null });
    await campaign.phone('p4', { user: 'gone' });
    await campaign.subscribe('gone', 'unsubscribed');
    await campaign.phone('p5', { notificationsEnabled: false });

    const { sendId, recipients } = await campaign.send({ to: { everyone: true } });
    await campaign.settleAll(sendId);

    expect(recipients).toBe(5);
    expect(await campaign.show(sendId)).toMatchObject({
      state: 'done',
      counts: { users: null, targeted: 5, suppressed: 3, accepted: 2, failed: 0, remaining: 0 },
      suppressedBy: { no_token: 1, unsubscribed: 1, not_foreground: 1 },
      byProvider: {
        apns: { targeted: 4, suppressed: 3, accepted: 1 },
        fcm: { targeted: 1, accepted: 1 },
      },
    });
  });

  it('R42: sends silently without the foreground, and to all when a transactional send says so', async () => {
    await campaign.phone('p1', { notificationsEnabled: false });
    await campaign.phone('p2', { user: 'gone' });
    await campaign.subscribe('gone', 'unsubscribed');

    const silent = await campaign.send({ to: { installations: ['p1'] }, message: { data: { refresh: '1' }, silent: true } });
    const all = await campaign.send({ to: { users: ['gone'] }, options: { purpose: 'transactional', subscription: 'all' } });

    expect(await campaign.batches(silent.sendId)).toMatchObject([{ size: 1, lane: 'bulk' }]);
    expect(await campaign.batches(all.sendId)).toMatchObject([{ size: 1, lane: 'transactional' }]);
  });

  it('R42: opted_in leaves out those who are only subscribed', async () => {
    await campaign.phone('p1', { user: 'plain' });
    await campaign.phone('p2', { user: 'keen' });
    await campaign.subscribe('keen', 'opted_in');
    await campaign.subscribe('plain', 'subscribed');

    const { sendId } = await campaign.send({ to: { everyone: true }, options: { subscription: 'opted_in' } });
    await campaign.settleAll(sendId);

    expect(await campaign.show(sendId)).toMatchObject({ counts: { accepted: 1 }, suppressedBy: { unsubscribed: 1 } });
  });

  it('R39, R40: an unsubscribed user gets nothing, and a re-subscribed one at once again', async () => {
    await campaign.phone('p1', { user: 'kim' });
    await campaign.subscribe('kim', 'unsubscribed');
    const before = await campaign.send({ to: { users: ['kim'] } });

    await campaign.subscribe('kim', 'subscribed');
    const then = await campaign.send({ to: { users: ['kim'] } });

    expect(before).toMatchObject({ state: 'done', recipients: 1, unreachableUsers: 1 });
    expect(then).toMatchObject({ state: 'sending', recipients: 1, unreachableUsers: 0 });
  });

  it('carries the variables of each user, and counts who is unknown', async () => {
    await campaign.phone('p1', { user: 'a' });
    await campaign.phone('p2', { user: 'b' });

    const answer = await campaign.send({
      to: { users: ['a', { externalId: 'b', variables: { code: '88' } }, 'nobody', 'nobody'] },
      message: { title: 'Code {{variables.code}}' },
      variables: { code: '1' },
    });
    const entries = (await campaign.pages.after(answer.sendId, null, 10)).flatMap((page) => page.entries);

    expect(answer).toMatchObject({ recipients: 2, unknownUsers: 1, unreachableUsers: 0 });
    expect(entries).toEqual(
      expect.arrayContaining([
        { installationId: 'p1', ownerEpoch: expect.any(Number) as number, batch: 0, suppressedBy: null },
        { installationId: 'p2', ownerEpoch: expect.any(Number) as number, batch: 0, suppressedBy: null, variables: { code: '88' } },
      ]),
    );
  });

  it('looks raw tokens up and keeps only their fingerprints', async () => {
    const token = '740f4707bebcf74f9b7c25d48e3358945f6aa01da5ddb387462c7eaf61bb78ad';
    await campaign.phone('p1', { token });

    const answer = await campaign.send({ to: { provider: 'apns', tokens: [token.toUpperCase(), `cd${token.slice(2)}`] } });
    const stored = campaign.http.store.sql('SELECT frozen FROM sends').all();

    expect(answer).toMatchObject({ recipients: 1, unknownTokens: 1, unknownUsers: null });
    expect(JSON.stringify(stored)).not.toContain(token);
  });

  it('ends at once where nobody is targeted, and says why', async () => {
    await campaign.phone('p1');

    const tags = await campaign.send({ to: { tags: 'vip && !muted' } });
    const users = await campaign.send({ to: { users: ['nobody'] } });
    const installations = await campaign.send({ to: { installations: ['nothing'] } });

    expect([tags['state'], users['state'], installations['state']]).toEqual(['no_target', 'no_target', 'no_target']);
    expect(await campaign.show(tags.sendId)).toMatchObject({ stateReason: 'nobody_matches', counts: { targeted: 0, remaining: 0 } });
    expect(await campaign.show(users.sendId)).toMatchObject({ stateReason: 'users_unknown' });
    expect(await campaign.show(installations.sendId)).toMatchObject({ stateReason: 'installations_unknown' });
    expect(campaign.events('send.finished.v1')).toHaveLength(3);
  });

  it('sends nothing when more than maxRecipients are targeted', async () => {
    for (const id of ['p1', 'p2', 'p3']) await campaign.phone(id);

    const { sendId, state } = await campaign.send({ to: { everyone: true }, options: { maxRecipients: 2 } });

    expect(state).toBe('failed');
    expect(await campaign.show(sendId)).toMatchObject({ stateReason: 'audience_too_large', recipients: 3, counts: { targeted: 0 } });
    expect(campaign.events('batch.planned.v1')).toEqual([]);
  });

  it('plans a dry run in full and sends nothing', async () => {
    await campaign.phone('p1');
    await campaign.phone('p2', { token: null });

    const body = await campaign.send({ to: { everyone: true }, options: { dryRun: true } }, { prefer: 'wait=5' });

    expect(body).toMatchObject({
      state: 'done',
      dryRun: true,
      counts: { targeted: 2, suppressed: 1, accepted: 0, failed: 0, remaining: 1 },
      suppressedBy: { no_token: 1 },
    });
    expect(campaign.events('batch.planned.v1')).toEqual([]);
  });

  it('answers with the finished send when it ends in time', async () => {
    await campaign.phone('p1', { user: 'a' });

    const waiting = campaign.call('POST', '/sends', { to: { users: ['a'] }, message: { title: 'Hi' } }, { prefer: 'wait=10' });
    await until(() => campaign.events('batch.planned.v1').length === 1);
    const [{ id }] = campaign.http.store.sql('SELECT id FROM sends').all() as [{ id: string }];
    await campaign.settle((await campaign.batches(id))[0]!, ['token_invalid']);

    expect(await waiting).toMatchObject({
      status: 200,
      body: { sendId: id, state: 'done', counts: { failed: 1 }, outcomes: { token_invalid: 1 } },
    });
  });

  it('does once what is asked twice with one Idempotency-Key', async () => {
    await campaign.phone('p1', { user: 'a' });
    const key = { 'idempotency-key': 'order-17' };

    const first = await campaign.send({ to: { users: ['a'] } }, key);
    const again = await campaign.send({ to: { users: ['a'] } }, key);
    const other = await campaign.call('POST', '/sends', { to: { users: ['b'] }, message: { title: 'x' } }, key);

    expect(again).toEqual(first);
    expect(campaign.events('batch.planned.v1')).toHaveLength(1);
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_mismatch' } });
  });

  it('asks for an Idempotency-Key before it rings every real phone', async () => {
    await campaign.phone('p1');
    await campaign.credential('apns', false);
    const body = { to: { everyone: true }, message: { title: 'Hi' } };

    expect(await campaign.call('POST', '/sends', body)).toMatchObject({ status: 400, body: { code: 'idempotency_key_required' } });
    expect(await campaign.call('POST', '/sends', body, { 'idempotency-key': 'k' })).toMatchObject({ status: 202 });
  });

  it('refuses a transactional send to more than 1,000 recipients', async () => {
    const users = Array.from({ length: 1_001 }, (_, index) => `u${index}`);
    await Promise.all(users.map((user) => campaign.phone(`p-${user}`, { user, token: null })));

    const answer = await campaign.call('POST', '/sends', { to: { users }, message: { title: 'x' }, options: { purpose: 'transactional' } });

    expect(answer).toMatchObject({ status: 400, body: { code: 'too_many_for_transactional' } });
  });

  it('sends to nobody through an installation that changed hands before it was planned (R29)', async () => {
    await campaign.close();
    campaign = await CampaignApp.open({ consuming: false });
    const users = Array.from({ length: 501 }, (_, index) => `u${index}`); // too many to be planned inside the request
    await campaign.phone('p1', { user: 'u0' });
    const { sendId } = await campaign.send({ to: { users } });

    await campaign.phone('p1', { user: 'kim' });
    await startConsumers(campaign.http);
    await until(async () => (await campaign.show(sendId)).state === 'done');

    expect(await campaign.show(sendId)).toMatchObject({ counts: { targeted: 1, suppressed: 1 }, suppressedBy: { owner_changed: 1 } });
  });
});
