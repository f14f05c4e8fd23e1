import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
});

afterEach(() => campaign.close());

describe('a send to a topic or condition of FCM', () => {
  it.each([
    [{ topic: 'news' }, { provider: 'fcm', topic: 'news' }],
    [{ condition: "'a' in topics&&'b' in topics" }, { provider: 'fcm', condition: "'a' in topics && 'b' in topics" }],
  ])('%j is one message, planned inside the request', async (to, address) => {
    await campaign.phone('p1');

    const { sendId, recipients } = await campaign.send({ to });
    const [batch, ...others] = await campaign.batches(sendId);

    expect(recipients).toBe(1);
    expect(others).toEqual([]);
    expect(batch).toMatchObject({ provider: 'fcm', size: 1 });
    await campaign.settleAll(sendId);
    expect(await campaign.show(sendId)).toMatchObject({
      state: 'done',
      counts: { users: null, targeted: 1, suppressed: 0, accepted: 1, failed: 0, remaining: 0 },
      byProvider: { fcm: { targeted: 1, accepted: 1 } },
    });
    expect(address).toMatchObject({ provider: 'fcm' });
  });

  it('needs no installation, and may be a campaign', async () => {
    const body = { to: { topic: 'news' }, message: { title: 'Hi' } };

    expect((await campaign.call('PUT', '/campaigns/daily', body)).status).toBe(201);
    expect(await campaign.call('POST', '/campaigns/daily/launch', {})).toMatchObject({ status: 202, body: { recipients: 1 } });
  });

  it.each([
    [{ to: { topic: '/topics/news' } }, 'request_invalid', '/to/topic'],
    [{ to: { topic: '' } }, 'target_empty', '/to'],
    [{ to: { topic: 'a', tags: 'b' } }, 'request_invalid', '/to'],
    [{ to: { condition: "'a' in topics &&" } }, 'condition_invalid', '/to/condition'],
    [{ to: { topic: 'a' }, message: { title: 'Hi {{ user.externalId }}' } }, 'request_invalid', '/message'],
    [{ to: { topic: 'a' }, message: { title: '{{ installation.platform }}' } }, 'request_invalid', '/message'],
    [{ to: { topic: 'a' }, message: { title: 'x', localized: { fr: { title: 'y' } } } }, 'request_invalid', '/message/localized'],
  ])('%j is refused', async (body, code, pointer) => {
    const answer = await campaign.call('POST', '/sends', { message: { title: 'x' }, ...body });

    expect(answer).toMatchObject({
      status: 400,
      body: { code, errors: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown },
    });
  });

  it('takes variables of its own, and warns of what FCM has no place for', async () => {
    const body = { to: { topic: 'a' }, message: { title: '{{ variables.code }}', subtitle: 's' }, variables: { code: '1' } };

    expect((await campaign.call('POST', '/sends', body)).status).toBe(202);
  });
});

describe('a send that is only to be looked at', () => {
  it('goes to providers that can do that, and to no other', async () => {
    await campaign.phone('p1');
    await campaign.phone('p2', { provider: 'fcm', platform: 'android' });

    const { sendId } = await campaign.send({ to: { installations: ['p1', 'p2'] }, options: { validateOnly: true } });
    await campaign.settleAll(sendId);

    expect(await campaign.show(sendId)).toMatchObject({
      counts: { targeted: 2, suppressed: 1, accepted: 1 },
      suppressedBy: { validation_unavailable: 1 },
      byProvider: { apns: { suppressed: 1 }, fcm: { accepted: 1 } },
    });
  });
});
