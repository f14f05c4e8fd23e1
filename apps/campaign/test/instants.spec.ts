import { CampaignApp, app } from './campaign-app.ts';

describe('a date that no calendar has', () => {
  let campaign: CampaignApp;
  beforeAll(async () => {
    campaign = await CampaignApp.open();
  });
  afterAll(() => campaign.close());

  it.each(['2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', '0000-01-01T00:00:00Z', '2026-01-01T12:00:00'])(
    '%s is no time of an event and no filter of sends',
    async (time) => {
      const headers = { 'content-type': 'application/cloudevents+json' };
      const event = { specversion: '1.0', id: time, source: '/orders', type: 'send.requested.v1', time, data: { app } };

      const taken = await campaign.http.call('POST', '/v1/events', { key: campaign.key, body: event, headers });
      const listed = await campaign.http.call('GET', `/v1/apps/${app}/sends?since=${time}`, { key: campaign.key });

      expect(taken).toMatchObject({ body: [{ status: 'rejected', problem: { errors: [{ pointer: '/time' }] } }] });
      expect(listed).toMatchObject({ status: 400, body: { errors: [{ pointer: '/since', in: 'query' }] } });
    },
  );
});
