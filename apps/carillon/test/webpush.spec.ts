import { Platform, until, type Answer } from './support/platform.ts';
import { Shop, type SendRecord } from './support/shop.ts';

const minutes = 60_000;

interface Browser {
  readonly installation: string;
  readonly token: string;
}

interface Shown {
  readonly title: string | null;
  readonly body: string | null;
}

describe('a platform with browsers', () => {
  let platform: Platform;
  let shop: Shop;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
    await platform.call('PUT', '/v1/apps/shop/credentials/webpush', { simulated: true });
  }, 5 * minutes);

  afterAll(() => platform.end());

  async function aBrowser(behaviour = 'ok'): Promise<Browser> {
    const asked = { app: 'shop', platform: 'web', provider: 'webpush', behaviour };
    const { status, body } = await platform.simulator<Browser>('POST', '/devices', asked);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  const send = async (to: readonly Browser[], message: object): Promise<SendRecord> => {
    const { status, body } = await shop.send({ to: { installations: to.map(({ installation }) => installation) }, message });
    if (status > 202) throw new Error(JSON.stringify(body));
    return shop.finished(body.sendId, 2 * minutes);
  };

  async function shownBy({ installation }: Browser): Promise<readonly Shown[]> {
    const { body } = await platform.simulator<readonly Shown[]>('GET', `/devices/${installation}/inbox?wait=30`);
    return body.map(({ title, body: text }) => ({ title, body: text }));
  }

  it(
    'rings those of every vendor, and each shows what it decrypted',
    async () => {
      const browsers = await Promise.all(Array.from({ length: 12 }, () => aBrowser()));

      const { counts } = await send(browsers, { title: 'Grüße ✓', body: 'é ✓' });

      expect(counts).toMatchObject({ targeted: 12, accepted: 12, failed: 0 });
      for (const browser of browsers) expect(await shownBy(browser)).toEqual([{ title: 'Grüße ✓', body: 'é ✓' }]);
      expect(new Set(browsers.map(({ token }) => new URL(token).host)).size).toBeGreaterThan(1);
    },
    5 * minutes,
  );

  it(
    'loses the subscription that a push service calls gone, with the reason, and no other',
    async () => {
      const [dead, alive] = [await aBrowser('invalid'), await aBrowser()];

      const { counts, outcomes, id } = await send([dead, alive], { title: 'Who is there?' });

      expect(counts).toMatchObject({ targeted: 2, accepted: 1, failed: 1 });
      expect(outcomes).toEqual({ token_invalid: 1 });
      const tokenOf = async ({ installation }: Browser) =>
        (await shop.call<{ tokenFingerprint?: string }>('GET', `/installations/${installation}`)).body.tokenFingerprint;
      await until(
        () => tokenOf(dead),
        (fingerprint) => fingerprint === undefined,
        5 * minutes,
      );
      expect(await tokenOf(alive)).toEqual(expect.any(String));
      expect(id).toEqual(expect.any(String));
    },
    5 * minutes,
  );

  it(
    'sends again to one that was throttled, and to one whose push service was down, each once',
    async () => {
      const browsers = [await aBrowser('throttled:1'), await aBrowser('unavailable:1'), await aBrowser()];
      await platform.simulator('PUT', '/faults', [
        ...browsers
          .slice(0, 2)
          .map(({ token }, at) => ({ provider: 'webpush', token, behaviour: ['throttled:1', 'unavailable:1'][at], times: 1 })),
      ]);

      const { counts } = await send(browsers, { title: 'Again' });

      expect(counts).toMatchObject({ targeted: 3, accepted: 3, possibleDuplicates: 0 });
      for (const browser of browsers) expect(await shownBy(browser)).toEqual([{ title: 'Again', body: null }]);
    },
    5 * minutes,
  );

  it('refuses keys that are no pair, and a contact that push services refuse', async () => {
    const put = (fields: object): Promise<Answer<{ errors?: readonly { pointer: string }[] }>> =>
      platform.call('PUT', '/v1/apps/shop/credentials/webpush', { bundleIds: ['shop.example.com'], ...fields });
    const publicKey = 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8';
    const privateKey = 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw';

    for (const subject of ['mailto:me@localhost', 'push@example.com', 'http://example.com', 'https://localhost/'])
      expect((await put({ publicKey, privateKey, subject })).body.errors?.map(({ pointer }) => pointer)).toEqual(['/subject']);
    const other = 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94';
    const { status, body } = await put({ publicKey, privateKey: other, subject: 'mailto:push@example.com' });
    expect([status, body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['/privateKey']]);
  });
});
