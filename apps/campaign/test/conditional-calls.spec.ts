import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;
const spring = { name: 'Spring', to: { tags: 'vip' }, message: { title: 'Sale' } };

beforeEach(async () => {
  campaign = await CampaignApp.open();
});

afterEach(() => campaign.close());

describe('campaigns', () => {
  it('are written for the first time only with If-None-Match: *', async () => {
    const absent = { 'if-none-match': '*' };

    expect((await campaign.call('PUT', '/campaigns/spring', spring, absent)).status).toBe(201);
    expect(await campaign.call('PUT', '/campaigns/spring', { ...spring, name: 'Other' }, absent)).toMatchObject({ status: 412 });
    expect(await campaign.call('GET', '/campaigns/spring')).toMatchObject({ headers: { etag: '"1"' }, body: { name: 'Spring' } });
  });

  it.each([
    ['PUT', spring],
    ['DELETE', undefined],
  ])('%s takes a list of tags, and weak or stale ones as no match', async (method, body) => {
    await campaign.call('PUT', '/campaigns/spring', spring);

    for (const ifMatch of ['W/"1"', '"stale"', '"2", "3"'])
      expect((await campaign.call(method, '/campaigns/spring', body, { 'if-match': ifMatch })).status).toBe(412);
    expect((await campaign.call(method, '/campaigns/spring', body, { 'if-match': '"99", "1"' })).status).toBeLessThan(300);
  });
});

describe('what was read before', () => {
  it('is not told again while it is the same: finished sends, lists, campaigns, schemas', async () => {
    await campaign.call('PUT', '/campaigns/spring', spring);
    const { sendId } = await campaign.send({ to: { installations: ['nobody'] } }, { prefer: 'wait=30' });

    const ours = '/v1/apps/shop';
    const get = (path: string, headers: Record<string, string> = {}) => campaign.http.call('GET', path, { key: campaign.key, headers });

    for (const path of [`${ours}/sends/${sendId}`, `${ours}/sends`, `${ours}/campaigns/spring`, '/v1/schemas/send.finished.v1']) {
      const first = await get(path);
      const etag = first.headers['etag'] ?? '';
      expect([path, first.status, etag]).toEqual([path, 200, expect.stringMatching(/^(W\/)?"[\w-]+"$/)]);
      expect(await get(path, { 'if-none-match': `"other", ${etag}` })).toMatchObject({ status: 304, text: '' });
    }
  });

  it('is told anew when it has changed', async () => {
    await campaign.phone('p1');
    const { sendId } = await campaign.send({ to: { installations: ['p1'] } });
    const etag = (await campaign.call('GET', `/sends/${sendId}`)).headers['etag'] ?? '';
    await campaign.call('POST', `/sends/${sendId}/pause`);

    expect((await campaign.call('GET', `/sends/${sendId}`, undefined, { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('Prefer: wait', () => {
  it('is said to be applied, and for how long', async () => {
    const body = { to: { installations: ['nobody'] }, message: { title: 'Hello' } };
    const made = await campaign.call('POST', '/sends', body, { prefer: 'wait=600' });
    const { id } = made.body as { id: string };

    expect(made).toMatchObject({ status: 200, headers: { 'preference-applied': 'wait=30' } });
    expect((await campaign.call('GET', `/sends/${id}`, undefined, { prefer: 'wait=2' })).headers['preference-applied']).toBe('wait=2');
    expect((await campaign.call('POST', '/sends', body)).headers['preference-applied']).toBeUndefined();
  });
});
