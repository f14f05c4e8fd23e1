import { BUILT_PROVIDERS } from '#libs/kernel';
import { until, type RunningPlatform } from '../support/platform.ts';
import { Shop, addUp } from '../support/shop.ts';

const minutes = 60_000;

/** The answer by which a provider's simulator refuses a credential, by provider. */
const refusals: Readonly<Record<string, string>> = {
  ...{ apns: 'InvalidProviderToken', fcm: 'PERMISSION_DENIED', baidu: '30612', hms: '80300002' },
};
/** What phones of a provider are, where it has none with the usual platforms. */
const platforms = ['android', 'ios', 'windows', 'web', 'kindle'];

interface Device {
  readonly installation: string;
  readonly token: string;
}

/** A phone of every provider that is built rings; the dead one is purged, with the provider's word; what may pass is tried again. */
export function eachProviderStories(platform: () => RunningPlatform): void {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open(platform(), 'each-provider');
  });

  async function device(provider: string, behaviour = 'ok'): Promise<Device> {
    for (const name of platforms) {
      const asked = { app: shop.app, platform: name, provider, behaviour };
      const { status, body } = await platform().simulator<Device>('POST', '/devices', asked);
      if (status === 201) return body;
    }
    throw new Error(`No simulated phone of ${provider}`);
  }

  async function sendTo(devices: readonly Device[], message: object = { title: 'Hi', body: 'Bells' }) {
    const installations = devices.map(({ installation }) => installation);
    const { status, body } = await shop.send({ to: { installations }, message, options: { ttl: 600 } });
    expect([200, 202]).toContain(status);
    return shop.finished(body.sendId, minutes);
  }

  it.each(BUILT_PROVIDERS)(
    '%s: a phone rings, once',
    async (provider) => {
      const phone = await device(provider);

      const send = await sendTo([phone], {
        title: 'Your order',
        body: '✓ «é» & 你好',
        data: { order: 'A-17' },
        link: 'https://e.org/a-17',
      });

      expect(send.counts).toMatchObject({ targeted: 1, accepted: 1, possibleDuplicates: 0 });
      const { body: inbox } = await platform().simulator<object[]>('GET', `/devices/${phone.installation}/inbox?wait=30`);
      const rung = { title: 'Your order', body: '✓ «é» & 你好', data: { order: 'A-17' }, sendId: send.id, link: 'https://e.org/a-17' };
      expect(inbox).toMatchObject([rung]);
    },
    2 * minutes,
  );

  it.each(BUILT_PROVIDERS)(
    '%s: a dead token goes, with the provider’s word, and a live one stays',
    async (provider) => {
      const [live, dead] = [await device(provider), await device(provider, 'invalid')];

      const send = await sendTo([live, dead]);

      expect(send.counts).toMatchObject({ targeted: 2, accepted: 1, failed: 1 });
      expect(addUp(send.counts)).toBe(true);
      expect(send.outcomes).toEqual({ token_invalid: 1 });
      const fingerprintOf = async ({ installation }: Device) =>
        (await shop.call<{ tokenFingerprint: string | null }>('GET', `/installations/${installation}`)).body.tokenFingerprint ?? null;
      await until(
        () => fingerprintOf(dead),
        (fingerprint) => fingerprint === null,
        minutes,
      );
      expect(await fingerprintOf(live)).not.toBeNull();
      // MongoDB has the ledger's line with the installation, and gives it to the ledger right afterwards.
      const newest = await until(
        async () =>
          (await shop.call<{ items: { event: string; reason: string }[] }>('GET', `/installations/${dead.installation}/ledger`)).body
            .items[0],
        (line) => line?.event !== 'registered',
        minutes,
      );
      expect(newest).toMatchObject({ event: 'invalidated', reason: expect.stringMatching(/^[\w.-]+$/) as string });
    },
    3 * minutes,
  );

  it.each(BUILT_PROVIDERS)(
    '%s: what is throttled, and what finds the provider down, goes later and once',
    async (provider) => {
      const phones = [await device(provider), await device(provider)];
      const [throttled, down] = phones.map(({ token }) => token);
      await platform().simulator('PUT', '/faults', [
        { provider, token: throttled, behaviour: 'throttled:1', times: 1 },
        { provider, token: down, behaviour: 'unavailable:1', times: 1 },
      ]);

      const send = await sendTo(phones);

      expect(send.counts).toMatchObject({ targeted: 2, accepted: 2, possibleDuplicates: 0 });
      const { body } = await platform().simulator<unknown[]>('GET', `/ledger?send=${send.id}`);
      expect(body).toHaveLength(2);
    },
    3 * minutes,
  );

  it.each(BUILT_PROVIDERS.filter((provider) => refusals[provider] !== undefined))(
    '%s: what a refused credential holds back goes when it is good again',
    async (provider) => {
      const phone = await device(provider);
      const behaviour = `answer:${refusals[provider] ?? ''}`;
      await platform().simulator('PUT', '/faults', { provider, token: phone.token, behaviour, times: 2 });

      const send = await sendTo([phone]);

      expect(send.counts).toMatchObject({ targeted: 1, accepted: 1 });
    },
    3 * minutes,
  );

  it(
    'apns: a broadcast channel is made, pushed to once for all, and deleted',
    async () => {
      const { body: channel } = await shop.call<{ channelId: string }>('POST', '/apns-channels', {});
      const path = `/apns-channels/${encodeURIComponent(channel.channelId)}`;
      const update = { event: 'update', contentState: { score: '1:0' }, to: { channel: channel.channelId } };

      const { body: sent } = await shop.call<{ sendId: string }>('POST', '/live-activities/final', update, { 'idempotency-key': 'goal' });
      const send = await shop.finished(sent.sendId, minutes);

      expect(send.counts).toMatchObject({ targeted: 1, accepted: 1, possibleDuplicates: 0 });
      expect((await shop.call<{ channels: string[] }>('GET', '/apns-channels')).body.channels).toContain(channel.channelId);
      expect((await shop.call('DELETE', path)).status).toBe(204);
      expect((await shop.call('GET', path)).status).toBe(404);
    },
    2 * minutes,
  );
}
