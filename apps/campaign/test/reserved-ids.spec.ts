import { CampaignApp, app } from './campaign-app.ts';

describe('an external id that is nobody’s', () => {
  let campaign: CampaignApp;
  beforeEach(async () => {
    campaign = await CampaignApp.open();
    await campaign.phone('p1', { user: '4711' });
  });
  afterEach(() => campaign.close());

  const tell = (event: object) =>
    campaign.http.call('POST', '/v1/events', {
      key: campaign.key,
      body: { specversion: '1.0', id: 'u1', source: '/crm', ...event },
      headers: { 'content-type': 'application/cloudevents+json' },
    });

  it.each([
    ['user.updated.v1', { tags: ['vip'] }],
    ['event.tracked.v1', { name: 'order_placed' }],
  ])('in %s is refused while the author listens', async (type, data) => {
    const answer = await tell({ type, data: { app, externalId: 'undefined', ...data } });

    expect(answer).toMatchObject({
      status: 202,
      body: [{ id: 'u1', status: 'rejected', problem: { code: 'external_id_reserved', errors: [{ pointer: '/data/externalId' }] } }],
    });
  });

  it('nor is an event taken that nobody would count, as its time is long ago or far ahead', async () => {
    const of = (time: string) => tell({ type: 'event.tracked.v1', time, data: { app, externalId: '4711', name: 'order_placed' } });

    for (const time of ['2001-01-01T00:00:00Z', '2199-01-01T00:00:00Z'])
      expect((await of(time)).body).toMatchObject([
        { status: 'rejected', problem: { code: 'request_invalid', errors: [{ pointer: '/time' }] } },
      ]);
  });

  it('among the users of a send is one that nobody knows, and costs the others nothing', async () => {
    const body = { to: { users: ['4711', 'null', '(null)'] }, message: { title: 'Hi' } };

    const answer = await campaign.http.call('POST', `/v1/apps/${app}/sends`, { key: campaign.key, body });

    expect(answer).toMatchObject({ status: 202, body: { recipients: 1, unknownUsers: 2 } });
  });
});
