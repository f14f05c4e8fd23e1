import { BUILT_PROVIDERS } from '#libs/kernel';
import { EventServer } from '#libs/messaging';
import { readdirSync } from 'node:fs';
import { CampaignApp } from './campaign-app.ts';

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
});

afterEach(() => campaign.close());

const spring = {
  name: 'Spring',
  to: { tags: 'vip' },
  message: { title: 'Sale {{variables.off}}' },
  variables: { off: 10 },
  labels: ['spring'],
};

describe('campaigns', () => {
  it('are written, read and listed', async () => {
    const created = await campaign.call('PUT', '/campaigns/spring', spring);
    const again = await campaign.call('PUT', '/campaigns/spring', { ...spring, name: 'Spring sale' }, { 'if-match': '"1"' });
    const stale = await campaign.call('PUT', '/campaigns/spring', spring, { 'if-match': '"1"' });

    expect(created).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { id: 'spring', ...spring, revision: 1 } });
    expect(again).toMatchObject({ status: 200, body: { name: 'Spring sale', revision: 2 } });
    expect(stale).toMatchObject({ status: 412, body: { code: 'revision_mismatch' } });
    expect(await campaign.call('GET', '/campaigns/spring')).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: again.body as object,
    });
    expect((await campaign.call('GET', '/campaigns')).body).toEqual({ items: [again.body], cursor: null });
    expect(await campaign.call('GET', '/campaigns/none')).toMatchObject({ status: 404, body: { code: 'campaign_not_found' } });
  });

  it('are deleted at the revision that was read, and their sends stay', async () => {
    await campaign.phone('p1', { tags: ['vip'] });
    await campaign.call('PUT', '/campaigns/spring', spring);
    const { sendId } = (await campaign.call('POST', '/campaigns/spring/launch', {})).body as { sendId: string };

    const stale = await campaign.call('DELETE', '/campaigns/spring', undefined, { 'if-match': '"7"' });
    const deleted = await campaign.call('DELETE', '/campaigns/spring', undefined, { 'if-match': '"1"' });

    expect(stale).toMatchObject({ status: 412, body: { code: 'revision_mismatch' } });
    expect(deleted.status).toBe(204);
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '/launch'],
    ] as const)
      expect(await campaign.call(method, `/campaigns/spring${path}`)).toMatchObject({ status: 404, body: { code: 'campaign_not_found' } });
    expect((await campaign.call('GET', '/sends?campaign=spring')).body).toMatchObject({ items: [{ sendId }] });
    expect(await campaign.call('PUT', '/campaigns/spring', spring)).toMatchObject({ status: 201, headers: { etag: '"1"' } });
  });

  it.each([
    [{ ...spring, to: {} }, 'target_empty'],
    [{ ...spring, to: { provider: 'apns', tokens: ['ab'] } }, 'request_invalid'],
    [{ ...spring, to: { tags: 'a||' } }, 'tag_expression_invalid'],
    [{ ...spring, message: { title: '{{' } }, 'template_invalid'],
    [{ ...spring, labels: 'spring' }, 'request_invalid'],
    [{ ...spring, extra: 1 }, 'request_invalid'],
    ['text', 'request_invalid'],
  ])('are refused as their sends would be: %j', async (body, code) => {
    expect(await campaign.call('PUT', '/campaigns/bad', JSON.stringify(body))).toMatchObject({ status: 400, body: { code } });
  });

  it('make a send each time they are launched, and one for one Idempotency-Key', async () => {
    await campaign.phone('p1', { tags: ['vip'] });
    await campaign.call('PUT', '/campaigns/spring', spring);
    const launch = (key: string) =>
      campaign.call('POST', '/campaigns/spring/launch', { variables: { off: 20 } }, { 'idempotency-key': key });

    const [first, again, other] = [await launch('a'), await launch('a'), await launch('b')];
    const { sendId } = first.body as { sendId: string };
    await campaign.settleAll(sendId);
    const { items } = (await campaign.call('GET', '/sends?campaign=spring')).body as { items: { campaign: string }[] };

    expect(first).toMatchObject({ status: 202, headers: { location: `/v1/apps/shop/sends/${sendId}` }, body: { recipients: 1 } });
    expect(again.body).toEqual(first.body);
    expect(other.body).not.toEqual(first.body);
    expect(items.map((send) => send.campaign)).toEqual(['spring', 'spring']);
    expect(await campaign.call('POST', '/campaigns/none/launch')).toMatchObject({ status: 404, body: { code: 'campaign_not_found' } });
  });
});

describe('POST …/audiences/preview', () => {
  it('counts exactly whom a send would target', async () => {
    await campaign.phone('p1', { user: 'a', tags: ['vip'] });
    await campaign.phone('p2', { user: 'a', tags: ['vip'], platform: 'android', provider: 'fcm' });
    await campaign.phone('p3');

    const vip = await campaign.call('POST', '/audiences/preview', { tags: 'vip' });
    const everyone = await campaign.call('POST', '/audiences/preview', { everyone: true });

    expect(vip).toMatchObject({ status: 200, body: { installations: 2, users: 1, byPlatform: { ios: 1, android: 1 } } });
    expect((vip.body as { sample: string[] }).sample.sort()).toEqual(['p1', 'p2']);
    expect(everyone).toMatchObject({ body: { installations: 3, users: 2 } });
  });

  it.each([
    [{}, 'target_empty', ''],
    [{ tags: '' }, 'target_empty', ''],
    [{ tags: 'a ||' }, 'tag_expression_invalid', '/tags'],
    [{ users: ['a'] }, 'request_invalid', ''],
  ])('refuses %j', async (body, code, pointer) => {
    expect(await campaign.call('POST', '/audiences/preview', body)).toMatchObject({ status: 400, body: { code, errors: [{ pointer }] } });
  });
});

describe('GET …/providers', () => {
  it('shows health, breaker and credential of each built provider', async () => {
    await campaign.credential('apns', true);
    await campaign.providerIs('apns', { health: 'down', detail: 'too many 503', ratePerSecond: 40 });

    const { items } = (await campaign.call('GET', '/providers')).body as { items: unknown[] };

    expect(items).toMatchObject([
      {
        provider: 'apns',
        health: 'down',
        detail: 'too many 503',
        rate: 40,
        breaker: { open: true },
        credential: { set: true, simulated: true },
      },
      ...BUILT_PROVIDERS.filter((provider) => provider !== 'apns').map((provider) => ({
        ...{ provider, health: 'no_credential', breaker: { open: false }, credential: { set: false } },
      })),
    ]);
  });
});

describe('the doors', () => {
  it('to the queue are all registered: a consumer that is listed wrongly would silently never be called', () => {
    const files = readdirSync(new URL('../src', import.meta.url), { recursive: true }).filter((file) =>
      String(file).endsWith('.consumer.ts'),
    );
    const handled = campaign.http.app.get(EventServer).subscriptions.map(({ service, topic }) => `${service} ${topic}`);

    expect(files).toHaveLength(5);
    expect(handled.sort()).toEqual(['plan', 'request', 'settled', 'track', 'user'].map((topic) => `campaign push.${topic}`));
  });

  it('stay shut for sdk keys', async () => {
    const sdk = await campaign.http.keys.key('shop', 'sdk');

    for (const path of ['POST /sends', 'GET /sends', 'PUT /campaigns/x', 'POST /audiences/preview', 'GET /providers']) {
      const [method = '', route = ''] = path.split(' ');
      expect(await campaign.http.call(method, `/v1/apps/shop${route}`, { key: sdk, ...(method !== 'GET' && { body: {} }) })).toMatchObject({
        status: 403,
      });
    }
  });
});
