import { Platform } from './support/platform.ts';
import { Shop } from './support/shop.ts';

const minutes = 60_000;

describe('a platform whose messages go through libraries', () => {
  it(
    'rings phones of APNs and FCM, sends others as ever, and ends in time',
    async () => {
      const platform = await Platform.start({ CARILLON_DEMO: 'false', DISPATCH_TRANSPORT: 'library' });
      const shop = await Shop.open(platform, 'shop');
      const kinds = [['ios', 'apns'], ['android', 'fcm'], ['windows', 'wns']] as const; // prettier-ignore
      const installations: string[] = [];
      for (const [phone, provider] of kinds) {
        const asked = { app: 'shop', platform: phone, provider, behaviour: 'ok' };
        installations.push((await platform.simulator<{ installation: string }>('POST', '/devices', asked)).body.installation);
      }

      const { body } = await shop.send({ to: { installations }, message: { title: 'Hello' } });

      expect(body).toMatchObject({ state: 'done', counts: { targeted: 3, accepted: 3, possibleDuplicates: 0 } });
      const { body: ledger } = await platform.simulator<{ headers: object }[]>('GET', `/ledger?provider=fcm&send=${body.id}`);
      expect(ledger[0]?.headers).toMatchObject({ 'x-firebase-client': expect.stringMatching(/^fire-admin-node/) as string });
      await platform.end();
    },
    5 * minutes,
  );
});
