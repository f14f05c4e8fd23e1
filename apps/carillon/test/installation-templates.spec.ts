import { randomBytes } from 'node:crypto';
import { Platform } from './support/platform.ts';
import { Shop } from './support/shop.ts';

const minutes = 60_000;

interface Recorded {
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What an app that comes from Azure Notification Hubs does: its devices have templates, its servers send properties. */
describe('Templates of installations', () => {
  let platform: Platform;
  let shop: Shop;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
    const apns = { body: '{"aps":{"alert":"{\'Hi \' + $(name:{you}) + \', \' + $(text)}","badge":"#(n)"},"url":"%(url)"}' };
    const offer = { body: '{"aps":{"alert":".(text, 8)"}}', headers: { 'apns-priority': '5' } };
    await shop.register('iphone', { templates: { news: apns, offer }, pushVariables: { name: 'Kim' } });
    await shop.register('pixel', {
      platform: 'android',
      provider: 'fcm',
      token: `${randomBytes(11).toString('hex')}:APA91b${randomBytes(60).toString('hex')}`,
      templates: { news: { body: '{"notification":{"title":"$(text)"},"data":{"n":"$(n)"}}' } },
    });
    await shop.register('plain');
  }, 3 * minutes);

  afterAll(() => platform.end());

  const send = async (name: string, properties: Record<string, string>) => {
    const { body } = await shop.send({
      to: { everyone: true },
      message: { installationTemplate: name, properties },
      options: { priority: 'high' },
    });
    return shop.finished(body.sendId);
  };

  const recorded = async (provider: string, sendId: string) =>
    (await platform.simulator<readonly Recorded[]>('GET', `/ledger?provider=${provider}&send=${sendId}`)).body;

  it(
    'are filled with the properties of a send, one message each, and who has none is told apart',
    async () => {
      const news = await send('news', { text: 'é "x"', n: '3', url: 'a b' });
      const offer = await send('offer', { text: 'a long offer' });

      expect(news).toMatchObject({ state: 'done', counts: { targeted: 3, accepted: 2, suppressed: 1 }, suppressedBy: { no_template: 1 } });
      expect(offer).toMatchObject({ state: 'done', counts: { targeted: 3, accepted: 1, suppressed: 2 }, suppressedBy: { no_template: 2 } });
      const [apns] = await recorded('apns', news.sendId);
      expect(apns?.body).toEqual({ aps: { alert: 'Hi Kim, é "x"', badge: 3 }, url: 'a%20b', carillon: expect.any(Object) as unknown });
      expect(apns?.headers).toMatchObject({ 'apns-push-type': 'alert', 'apns-priority': '10' });
      const [fcm] = await recorded('fcm', news.sendId);
      expect(fcm?.body).toMatchObject({ message: { notification: { title: 'é "x"' }, data: { n: '3' } } });
      const [other] = await recorded('apns', offer.sendId);
      expect(other).toMatchObject({ body: { aps: { alert: 'a lon...' } }, headers: { 'apns-priority': '5' } });
      expect(await shop.outcomes(news.sendId)).toEqual(new Map([['iphone', 'accepted'], ['pixel', 'accepted'], ['plain', 'skipped']])); // prettier-ignore
      const { body: explained } = await shop.call('GET', `/sends/${news.sendId}/explain?installation=plain`);
      expect(explained).toMatchObject({ outcome: 'skipped', reason: 'no_template' });
    },
    3 * minutes,
  );
});
