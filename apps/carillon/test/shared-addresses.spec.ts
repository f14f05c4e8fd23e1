import { Platform } from './support/platform.ts';
import { Shop } from './support/shop.ts';

const minutes = 60_000;

interface Phone {
  readonly installation: string;
  readonly token: string;
}

interface Changed {
  readonly done: number;
  readonly failed: number;
  readonly results: readonly { readonly installation: string; readonly outcome: string; readonly reason: string | null }[];
}

describe('a platform and addresses that many devices share', () => {
  let platform: Platform;
  let shop: Shop;

  beforeAll(async () => {
    platform = await Platform.start({ CARILLON_DEMO: 'false' });
    shop = await Shop.open(platform, 'shop');
  }, 5 * minutes);

  afterAll(() => platform.end());

  async function aPhone(asked: object = { platform: 'android', provider: 'fcm' }): Promise<Phone> {
    const { status, body } = await platform.simulator<Phone>('POST', '/devices', { app: 'shop', behaviour: 'ok', ...asked });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  async function shownBy({ installation }: Phone, atLeast: number): Promise<readonly (string | null)[]> {
    const path = `/devices/${installation}/inbox?wait=${atLeast === 0 ? 0 : 30}&atLeast=${Math.max(1, atLeast)}`;
    return (await platform.simulator<readonly { title: string | null }[]>('GET', path)).body.map(({ title }) => title);
  }

  const change = (topic: string, way: 'subscribe' | 'unsubscribe', installations: readonly string[]) =>
    shop.call<Changed>('POST', `/fcm-topics/${topic}/${way}`, { installations });

  it(
    'rings whoever is on a topic of FCM with one message, and tells of it',
    async () => {
      const [one, other, apple] = [await aPhone(), await aPhone(), await aPhone({ platform: 'ios', provider: 'apns' })];
      const ids = [one, other, apple].map(({ installation }) => installation);

      const subscribed = await change('news', 'subscribe', [...ids, 'nobody', one.installation]);
      expect(subscribed).toMatchObject({ status: 200, body: { done: 2, failed: 2 } });
      expect(subscribed.body.results.map(({ reason }) => reason)).toEqual([null, null, 'other_provider', 'installation_unknown']);
      await change('sports', 'subscribe', [other.installation]);

      const all = await shop.send({ to: { topic: 'news' }, message: { title: 'All {{ variables.n }}' }, variables: { n: '1' } });
      const some = await shop.send({ to: { condition: "'news' in topics && !('sports' in topics)" }, message: { title: 'Some' } });

      expect(all.body).toMatchObject({ state: 'done', counts: { targeted: 1, accepted: 1 } });
      expect(some.body).toMatchObject({ state: 'done', counts: { targeted: 1, accepted: 1 } });
      expect(await shownBy(one, 2)).toEqual(['All 1', 'Some']);
      expect(await shownBy(other, 1)).toEqual(['All 1']);
      expect(await shownBy(apple, 0)).toEqual([]);

      const { id } = all.body;
      const { body: lines } = await shop.call<string>('GET', `/sends/${id}/results`);
      expect(JSON.parse(lines)).toEqual({ topic: 'news', provider: 'fcm', outcome: 'accepted', reason: null, receipts: {} });
      expect((await shop.call('GET', `/sends/${id}/explain`)).body).toMatchObject({ outcome: 'accepted' });
      expect((await shop.call('GET', `/sends/${id}/explain?installation=${one.installation}`)).body).toMatchObject({
        outcome: 'not_targeted',
        reason: 'shared_address',
      });
    },
    5 * minutes,
  );

  it(
    'takes the receipts of a topic from each device that got the message, and from no forger',
    async () => {
      const [one, other] = [await aPhone(), await aPhone()];
      await change('receipts', 'subscribe', [one.installation, other.installation]);
      const { body } = await shop.send({ to: { topic: 'receipts' }, message: { title: 'Seen?' } });
      await shownBy(one, 1);
      const { body: ledger } = await platform.simulator<{ receipt: string }[]>('GET', `/ledger?provider=fcm&send=${body.id}`);
      const receipt = ledger[0]?.receipt ?? '';
      const report = ({ installation }: Phone, of: string) =>
        shop.call('POST', `/installations/${installation}/receipts`, [{ receipt: of, kind: 'opened', at: new Date().toISOString() }]);

      await report(one, receipt);
      await report(other, receipt);
      await report(one, receipt.replace(/\.[^.]+\./, '.AAAAAAAAAAAAAAAA.'));

      expect((await shop.call('GET', `/sends/${body.id}`)).body).toMatchObject({ receipts: { opened: 2 } });
    },
    5 * minutes,
  );

  it(
    'has a message looked at and not delivered, and addresses a Firebase installation id',
    async () => {
      const phone = await aPhone();
      await shop.register('by-fid', { platform: 'android', provider: 'fcm', token: 'fid:cLZ0yOl4T2mG7yGq1yWcQf' });

      const looked = await shop.send({
        to: { installations: [phone.installation] },
        message: { title: 'x' },
        options: { validateOnly: true },
      });
      const byFid = await shop.send({ to: { installations: ['by-fid'] }, message: { title: 'To a fid' } });

      expect(looked.body).toMatchObject({ state: 'done', counts: { accepted: 1 } });
      const { body: lines } = await shop.call<string>('GET', `/sends/${looked.body.id}/results`);
      expect(JSON.parse(lines)).toMatchObject({ outcome: 'accepted', reason: 'validated' });
      expect(await shownBy(phone, 0)).toEqual([]);
      expect(byFid.body).toMatchObject({ state: 'done', counts: { accepted: 1 } });
      const { body: ledger } = await platform.simulator<{ body: string }[]>('GET', `/ledger?provider=fcm&send=${byFid.body.id}`);
      expect(JSON.stringify(ledger)).toContain('cLZ0yOl4T2mG7yGq1yWcQf');
    },
    5 * minutes,
  );

  it('says that a topic has no such name, and that there is no credential', async () => {
    expect(await change('a%20b', 'subscribe', ['x'])).toMatchObject({ status: 400 });
    expect(await change('news', 'subscribe', [])).toMatchObject({ status: 400 });
    await platform.call('PUT', '/v1/apps/empty', { name: 'empty' });
    const { body } = await platform.call<{ key: string }>('POST', '/v1/apps/empty/keys', { kind: 'server' });
    const answer = await platform.call('POST', '/v1/apps/empty/fcm-topics/a/subscribe', { installations: ['x'] }, { key: body.key });
    expect(answer).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
  });
});
