import { until, type RunningPlatform } from '../support/platform.ts';
import { Shop, type SendRecord } from '../support/shop.ts';

const message = { title: 'Your order is on its way', body: 'It comes <today> & "soon"', link: 'shop://orders/7', data: { order: '7' } };

/** How one provider says what all of them say. */
interface ProviderStory {
  readonly provider: string;
  readonly platform: string;
  /** Its reason for a token that is dead. */
  readonly dead: string;
  /** The fault by which it refuses an access token, and its reason. */
  readonly refusal: string;
  readonly refused: string;
}

const stories: readonly ProviderStory[] = [
  { provider: 'wns', platform: 'windows', dead: 'channel_expired', refusal: 'answer:401', refused: 'access_token_refused' },
  { provider: 'adm', platform: 'fireos', dead: 'Unregistered', refusal: 'answer:AccessTokenExpired', refused: 'AccessTokenExpired' },
];

interface Phone {
  readonly installation: string;
  readonly token: string;
}

interface Explained {
  readonly outcome: string;
  readonly reason: string | null;
  readonly steps: readonly { readonly step: string; readonly detail: string }[];
}

/** From the registration of a device to what it shows, by each provider's own wire. */
export function providerStories(platform: () => RunningPlatform): void {
  describe.each(stories)('$provider', ({ provider, platform: kind, dead, refusal, refused }) => {
    let shop: Shop;

    beforeAll(async () => {
      shop = await Shop.open(platform(), `story-${provider}`);
      await shop.platform.call('PUT', `/v1/apps/${shop.app}/credentials/${provider}`, { simulated: true });
    });

    async function phone(behaviour?: string): Promise<Phone> {
      return (await platform().simulator<Phone>('POST', '/devices', { app: shop.app, platform: kind, provider, behaviour })).body;
    }

    const fault = (token: string, behaviour: string, times?: number) =>
      platform().simulator('PUT', '/faults', { provider, token, behaviour, times });
    const to = ({ installation }: Phone) => ({ to: { installations: [installation] }, message });
    const explain = async (sendId: string, { installation }: Phone) =>
      (await shop.call<Explained>('GET', `/sends/${sendId}/explain?installation=${installation}`)).body;
    const inbox = async ({ installation }: Phone) =>
      (await platform().simulator<object[]>('GET', `/devices/${installation}/inbox?wait=30`)).body;
    const fingerprint = async ({ installation }: Phone) =>
      (await shop.call<{ tokenFingerprint?: string | null }>('GET', `/installations/${installation}`)).body.tokenFingerprint ?? null;

    it('rings', async () => {
      const device = await phone();
      const { body: send } = await shop.send(to(device));

      expect(send).toMatchObject({ state: 'done', counts: { targeted: 1, accepted: 1 } });
      expect(await inbox(device)).toMatchObject([
        { title: message.title, body: message.body, link: message.link, data: message.data, sendId: send.id },
      ]);
    });

    it('has a dead token purged, with its reason', async () => {
      const device = await phone('invalid');
      const { body: send } = await shop.send(to(device));

      expect(send).toMatchObject({ state: 'done', outcomes: { token_invalid: 1 } });
      expect(await explain(send.id, device)).toMatchObject({ outcome: 'token_invalid', reason: dead });
      await until(
        () => fingerprint(device),
        (left) => left === null,
        60_000,
      );
    });

    it('is sent to again once it has throttled', async () => {
      const device = await phone();
      await fault(device.token, 'throttled:1', 1);
      const { body: send } = await shop.send(to(device), 60);

      expect(send).toMatchObject({ state: 'done', counts: { accepted: 1 } });
      expect((await explain(send.id, device)).steps.map(({ detail }) => detail)).toContainEqual(expect.stringMatching(/^throttled/));
    });

    it('waits while the credential is refused, and goes on', async () => {
      const device = await phone();
      await fault(device.token, refusal);
      const { body: sent } = await shop.call<SendRecord>('POST', '/sends', to(device));
      await until(
        () => explain(sent.sendId, device),
        ({ steps }) => steps.some(({ detail }) => detail === `credentials_bad: ${refused}`),
        60_000,
      );
      await fault(device.token, 'ok');

      expect(await shop.finished(sent.sendId, 60_000)).toMatchObject({ state: 'done', counts: { accepted: 1 } });
    });
  });

  it('wns says of a message that it took, and dropped', async () => {
    const shop = await Shop.open(platform(), 'story-wns');
    const { body: device } = await platform().simulator<Phone>('POST', '/devices', {
      ...{ app: shop.app, platform: 'windows', behaviour: 'answer:dropped' },
    });
    const { body: send } = await shop.send({ to: { installations: [device.installation] }, message });
    const { body: explained } = await shop.call<Explained>('GET', `/sends/${send.id}/explain?installation=${device.installation}`);

    expect(send.counts).toMatchObject({ accepted: 1 });
    expect(explained).toMatchObject({ outcome: 'accepted', reason: 'dropped' });
    const droppedSince = async () =>
      (await shop.call<{ droppedSince: string | null }>('GET', `/installations/${device.installation}`)).body.droppedSince;
    await until(droppedSince, (since) => since !== null, 60_000);
    await platform().simulator('PUT', '/faults', { provider: 'wns', token: device.token, behaviour: 'ok' });
    await shop.send({ to: { installations: [device.installation] }, message });
    await until(droppedSince, (since) => since === null, 60_000);
  });

  it('adm names a newer registration, which is sent to from then on', async () => {
    const shop = await Shop.open(platform(), 'story-adm');
    const canonical = `amzn1.adm-registration.v3.canonical-${'c'.repeat(40)}`;
    const { body: device } = await platform().simulator<Phone>('POST', '/devices', { app: shop.app, platform: 'fireos' });
    await platform().simulator('PUT', '/faults', { provider: 'adm', token: device.token, behaviour: `moved:${canonical}` });
    const { body: moved } = await shop.send({ to: { installations: [device.installation] }, message });
    const { body: explained } = await shop.call<Explained>('GET', `/sends/${moved.id}/explain?installation=${device.installation}`);
    expect(moved.counts).toMatchObject({ accepted: 1 });
    expect(explained).toMatchObject({ outcome: 'token_moved', reason: 'canonical_registration' });

    await until(
      async () => {
        await shop.send({ to: { installations: [device.installation] }, message });
        return (await platform().simulator<object[]>('GET', `/ledger?provider=adm&token=${canonical}`)).body.length;
      },
      (records) => records > 0,
      60_000,
    );
  });
}
