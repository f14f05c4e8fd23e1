import { CampaignApp, app } from './campaign-app.ts';

describe('an external id that is nobody’s', () => {
  let campaign: CampaignApp;
  beforeEach(async () => {
    campaign = await CampaignApp.open();
    await campaign.phone('p1', { user: '4711' });
  });
  afterEach(() => campaign.close());

  it('in user.updated.v1 is refused while the author listens', async () => {
    const event = {
      specversion: '1.0',
      id: 'u1',
      source: '/crm',
      type: 'user.updated.v1',
      data: { app, externalId: 'undefined', tags: ['vip'] },
    };
    const headers = { 'content-type': 'application/cloudevents+json' };

    const answer = await campaign.http.call('POST', '/v1/events', { key: campaign.key, body: event, headers });

    expect(answer).toMatchObject({
      status: 202,
      body: [{ id: 'u1', status: 'rejected', problem: { code: 'external_id_reserved', errors: [{ pointer: '/data/externalId' }] } }],
    });
  });

  it('among the users of a send is one that nobody knows, and costs the others nothing', async () => {
    const body = { to: { users: ['4711', 'null', '(null)'] }, message: { title: 'Hi' } };

    const answer = await campaign.http.call('POST', `/v1/apps/${app}/sends`, { key: campaign.key, body });

    expect(answer).toMatchObject({ status: 202, body: { recipients: 1, unknownUsers: 2 } });
  });
});
