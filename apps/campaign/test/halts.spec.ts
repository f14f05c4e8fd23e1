import { AuditLog } from '#libs/access';
import { until } from '#libs/testing';
import { CheckProgress } from '../src/progress/check-progress.ts';
import { CampaignApp } from './campaign-app.ts';

interface Waits {
  readonly waitingFor: readonly {
    readonly what: string;
    readonly provider: string | null;
    readonly reason: string;
    readonly detail: string;
  }[];
}

let campaign: CampaignApp;

beforeEach(async () => {
  campaign = await CampaignApp.open();
});
afterEach(() => campaign.close());

const say = (path: string, key = campaign.http.keys.admin) => campaign.http.call('POST', path, { key });
const provider = (word: string, name = 'apns', key?: string) => say(`/v1/apps/shop/providers/${name}/${word}`, key);
const waits = async (sendId: string) => ((await campaign.show(sendId)) as unknown as Waits).waitingFor;
const actions = async () =>
  (await campaign.http.app.get(AuditLog).list(undefined, undefined, 10))
    .filter(({ actor }) => actor !== 'test')
    .map(({ action, app, target, actor }) => [action, app, target, actor]);

describe('POST …/providers/{p}/pause and resume', () => {
  it('pauses one provider, says by whom and since when, and lets it go on', async () => {
    await campaign.credential('apns', true);
    await campaign.credential('fcm', true);

    const paused = await provider('pause');
    const { body } = await campaign.call('GET', '/providers');
    const [apns, fcm] = (body as { items: { health: string; paused: unknown }[] }).items;

    expect(paused).toMatchObject({ status: 200, body: { provider: 'apns', health: 'paused', paused: { reason: 'operator' } } });
    expect(apns).toMatchObject({ health: 'paused', paused: { by: expect.stringMatching(/^admin:/) as string } });
    expect(fcm).toMatchObject({ paused: null });
    expect(fcm?.health).not.toBe('paused');
    expect(await provider('resume')).toMatchObject({ status: 200, body: { provider: 'apns', paused: null } });
  });

  it('is said by admins alone, and each word once in the audit', async () => {
    expect(await provider('pause', 'apns', campaign.key)).toMatchObject({ status: 403 });
    const first = await provider('pause');
    campaign.http.clock.advance(5_000);
    const again = await provider('pause');
    await provider('resume');
    await provider('resume');

    expect(again.body).toEqual(first.body);
    expect(await actions()).toEqual([
      ['provider.resumed', 'shop', 'apns', 'admin:bootstrap'],
      ['provider.paused', 'shop', 'apns', 'admin:bootstrap'],
    ]);
  });

  it('knows the providers there are', async () => {
    expect(await provider('pause', 'pigeon')).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
    expect(await say('/v1/apps/nothing/providers/apns/pause')).toMatchObject({ status: 404 });
  });

  it('is what a send waits for, and only for that provider', async () => {
    await campaign.credential('apns', true);
    await campaign.credential('fcm', true);
    await campaign.phone('p1', { user: 'a' });
    await campaign.phone('p2', { user: 'a', provider: 'fcm', platform: 'android' });
    await provider('pause');

    const { sendId } = await campaign.send({ to: { users: ['a'] } });

    expect(await waits(sendId)).toContainEqual(expect.objectContaining({ what: 'provider', provider: 'apns', reason: 'provider_paused' }));
    expect((await waits(sendId)).filter(({ provider: name }) => name === 'fcm').map(({ reason }) => reason)).not.toContain(
      'provider_paused',
    );
    await provider('resume');
    expect((await waits(sendId)).map(({ reason }) => reason)).not.toContain('provider_paused');
  });
});

describe('POST /v1/system/hold and release', () => {
  it('holds everything, for every app, until it is released', async () => {
    await campaign.credential('apns', true);
    await campaign.phone('p1', { user: 'a' });
    const { sendId } = await campaign.send({ to: { users: ['a'] } });

    const held = await say('/v1/system/hold');
    const { body } = await campaign.call('GET', '/providers');

    expect(held).toMatchObject({ status: 200, body: { held: { reason: 'operator' } } });
    expect((body as { items: { health: string }[] }).items[0]).toMatchObject({ health: 'held' });
    expect((await waits(sendId))[0]).toMatchObject({ what: 'system', provider: null, reason: 'held' });
    expect(await say('/v1/system/release')).toMatchObject({ status: 200, body: { held: null } });
    expect((await waits(sendId)).map(({ what }) => what)).not.toContain('system');
    expect(await actions()).toEqual([
      ['system.released', undefined, 'system', 'admin:bootstrap'],
      ['system.held', undefined, 'system', 'admin:bootstrap'],
    ]);
  });

  it('is said by admins alone', async () => {
    expect(await say('/v1/system/hold', campaign.key)).toMatchObject({ status: 403 });
    expect(await say('/v1/system/release', campaign.key)).toMatchObject({ status: 403 });
  });
});

describe('a provider that is paused in the middle of a big send', () => {
  it('does not hold up the planning of the others', async () => {
    await campaign.close();
    campaign = await CampaignApp.open({ settings: { OPEN_BATCHES_PER_PROVIDER: '2', CANARY_MESSAGES: '0' } });
    const ids = Array.from({ length: 3_000 }, (_, at) => `p${at}`);
    await Promise.all(
      ids.map((id, at) => campaign.phone(id, at % 2 === 0 ? {} : { provider: 'fcm', platform: 'android', token: `fcm-token-${id}` })),
    );
    expect(await provider('pause')).toMatchObject({ status: 200, body: { paused: { reason: 'operator' } } });

    const { sendId } = await campaign.send({ to: { everyone: true } });
    const settled = new Set<string>();
    await until(async () => {
      for (const batch of await campaign.batches(sendId)) {
        if (batch.provider !== 'fcm' || settled.has(batch.id)) continue;
        settled.add(batch.id);
        await campaign.settle(batch);
      }
      return (await campaign.show(sendId)).state === 'sending';
    });

    expect(await campaign.show(sendId)).toMatchObject({ counts: { targeted: 3_000, accepted: 1_500, remaining: 1_500 } });
    await campaign.http.app.get(CheckProgress, { strict: false }).execute('shop', sendId);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'sending', finishedAt: null });
    await campaign.settleAll(sendId);
    expect(await campaign.show(sendId)).toMatchObject({ state: 'done', counts: { remaining: 0 } });
  });
});
