import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { describeWithChromium } from './support/chromium.ts';
import { Platform, until } from './support/platform.ts';
import { Shop } from './support/shop.ts';
import { openSite, type Site } from './support/site/site.ts';

const minutes = 60_000;
const endpoint = (name: string) => `https://fcm.googleapis.com/fcm/send/subscription-in-a-real-browser-${name}`;

interface Registered {
  readonly externalId: string | null;
  readonly tokenFingerprint?: string;
}

describeWithChromium('the web SDK in a real browser', (launch) => {
  let platform: Platform;
  let shop: Shop;
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let devTools: CDPSession;
  let settings: object;
  let registrationId: string | undefined;

  beforeAll(async () => {
    [platform, browser, site] = await Promise.all([Platform.start({ CARILLON_DEMO: 'false' }), launch(), openSite('shop')]);
    shop = await Shop.open(platform, 'shop');
    const sdkKeys = [{ kid: 'test', publicKey: site.publicKey }];
    await platform.call('PATCH', '/v1/apps/shop', { sdkKeys, settings: { allowedOrigins: [site.origin] } });
    const { body } = await platform.call<{ key: string }>('POST', '/v1/apps/shop/keys', { kind: 'sdk' });
    const { body: accounts } = await platform.simulator<{ webpush: { publicKey: string } }>('GET', '/accounts');
    settings = { url: platform.url, app: 'shop', key: body.key, applicationServerKey: accounts.webpush.publicKey };
    for (const name of ['first', 'second']) await platform.simulator('PUT', '/browsers', { endpoint: endpoint(name) });
    context = await browser.newContext();
    await context.exposeFunction('personAllows', () => context.grantPermissions(['notifications'], { origin: site.origin }));
    page = await context.newPage();
    devTools = await context.newCDPSession(page);
    await devTools.send('Browser.setPermission', { permission: { name: 'notifications' }, setting: 'prompt', origin: site.origin });
    devTools.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      registrationId = versions.find(({ status }) => status === 'activated')?.registrationId ?? registrationId;
    });
    await devTools.send('ServiceWorker.enable');
  }, 5 * minutes);

  afterAll(async () => {
    await browser.close();
    await Promise.all([platform.end(), site.close()]);
  });

  const run = <T>(expression: string): Promise<T> => page.evaluate<T>(expression);
  const call = <T>(method: string, ...given: unknown[]) =>
    run<T>(`shop.call(${[method, ...given].map((one) => JSON.stringify(one)).join(', ')})`);

  /** A visit: a document that starts as each page of the site does. */
  async function visit(name: string): Promise<void> {
    await page.goto(site.origin);
    await page.waitForFunction('globalThis.shop');
    await run(`shop.open(${JSON.stringify(settings)}, ${JSON.stringify(endpoint(name))})`);
  }

  const installation = () => call<string | undefined>('installationId');
  const record = async () => (await shop.call<Registered>('GET', `/installations/${String(await installation())}`)).body;

  async function sealedFor(name: string): Promise<readonly { readonly body: string }[]> {
    const query = new URLSearchParams({ endpoint: endpoint(name) }).toString();
    return (await platform.simulator<readonly { body: string }[]>('GET', `/browsers/pushes?${query}`)).body;
  }

  /** Sends, takes what the push service has for the browser, opens it with the keys that the browser made, and hands it to the worker. */
  async function ring(to: object, message: object, name = 'first'): Promise<string> {
    const before = (await sealedFor(name)).length;
    const { body } = await shop.send({ to, message });
    expect((await shop.finished(body.sendId)).counts).toMatchObject({ targeted: 1, accepted: 1 });
    const sealed = (await sealedFor(name))[before];
    const data = await run<string>(`shop.decrypt(${JSON.stringify(sealed?.body)})`);
    await devTools.send('ServiceWorker.deliverPushMessage', { origin: site.origin, registrationId: registrationId ?? '', data });
    return body.sendId;
  }

  const shown = () => run<readonly { title: string; body: string }[]>('shop.shown()');
  const receiptsOf = async (sendId: string) =>
    (await shop.call<{ receipts?: Record<string, unknown> }>('GET', `/sends/${sendId}`)).body.receipts;
  const told = (sendId: string, wanted: Record<string, unknown>) =>
    until(
      () => receiptsOf(sendId),
      (receipts) => Object.entries(wanted).every(([kind, n]) => JSON.stringify(receipts?.[kind]) === JSON.stringify(n)),
      2 * minutes,
    );
  const waiting = () => run<readonly object[]>('shop.waiting()');
  /** What a person does to the notification that is shown. */
  const gesture = (type: 'notificationclick', action = '') => run(`shop.gesture(${JSON.stringify({ type, action })})`);

  it(
    'R16: asks in a click alone, and registers from the page’s own origin with what the person said',
    async () => {
      await visit('first');
      await page.goto(`${site.origin}/?ask`);
      await page.waitForFunction("document.title === 'gesture_needed'");
      expect(await installation()).toBeUndefined();

      await page.click('#yes');
      await page.waitForFunction("document.title === 'granted'");

      expect(await run('shop.askedInGesture')).toBe(true);
      expect(await page.isVisible('#question')).toBe(false);
      expect(await record()).toMatchObject({ platform: 'web', permission: 'granted', tokenFingerprint: expect.any(String) as string });
    },
    5 * minutes,
  );

  it(
    'shows what was sent, and tells that it came and was seen',
    async () => {
      // A headless Chromium on a busy machine takes a notification for shown and keeps none of it, now and then: then it is rung again.
      let sendId = '';
      let kept: Awaited<ReturnType<typeof shown>> = [];
      for (let rings = 0; kept.length === 0 && rings < 5; rings += 1) {
        sendId = await ring({ everyone: true }, { title: 'Grüße ✓', body: 'from afar', link: `${site.origin}/sale`, badge: 2 });
        await told(sendId, { received: 1, displayed: 1, opened: 0 });
        kept = await until(shown, (all) => all.length > 0, 10_000).catch(() => []);
      }
      expect(kept).toEqual([{ title: 'Grüße ✓', body: 'from afar' }]);

      await gesture('notificationclick');
      await told(sendId, { received: 1, opened: 1, dismissed: 0 });
      expect(await shown()).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'keeps what happened without a network, and tells it when there is one again',
    async () => {
      const sendId = await ring({ everyone: true }, { title: 'Before the tunnel', actions: [{ id: 'reply', title: 'Reply' }] });
      await told(sendId, { displayed: 1 });
      await context.setOffline(true);
      await gesture('notificationclick', 'reply');
      expect(await waiting()).toEqual([expect.objectContaining({ kind: 'action', action: 'reply' })]);

      await context.setOffline(false); // the page hears of it

      expect(await until(waiting, (left) => left.length === 0)).toEqual([]);
      await told(sendId, { displayed: 1, opened: 0, actions: { reply: 1 } });
    },
    5 * minutes,
  );

  it(
    'Charlie, then Kim in one browser: it rings for Kim alone from then on',
    async () => {
      expect(await call('changeUser', 'charlie')).toMatchObject({ externalId: 'charlie' });
      await told(await ring({ users: ['charlie'] }, { title: 'For Charlie' }), { displayed: 1 });
      expect(await call('changeUser', 'kim')).toMatchObject({ externalId: 'kim' });

      const { body } = await shop.send({ to: { users: ['charlie'] }, message: { title: 'For Charlie still' } });
      expect((await shop.finished(body.sendId)).counts).toMatchObject({ accepted: 0 });
      const sendId = await ring({ users: ['kim'] }, { title: 'For Kim' });

      await told(sendId, { displayed: 1 });
      await visit('first'); // the session of a known user, with a token of theirs
      expect(await record()).toMatchObject({ externalId: 'kim' });
      expect(await call('detach')).toMatchObject({ externalId: null });
    },
    5 * minutes,
  );

  it(
    'tells the new subscription at the next visit, and is rung there alone',
    async () => {
      const before = await record();

      await visit('second');

      expect((await record()).tokenFingerprint).not.toBe(before.tokenFingerprint);
      await told(await ring({ everyone: true }, { title: 'At the new address' }, 'second'), { displayed: 1 });
    },
    5 * minutes,
  );

  it(
    'is what the page at / makes the reader’s own browser an installation with',
    async () => {
      await context.grantPermissions(['notifications'], { origin: platform.url });
      const reader = await context.newPage();
      await reader.goto(platform.url);
      await reader.fill('#app', 'shop');
      await reader.fill('#key', shop.key);
      await reader.fill('#sdk-key', (settings as { key: string }).key);

      await reader.click('#own-browser button[type=submit]');

      // The page's own policy lets no text be evaluated, as waiting for a function would.
      await reader.locator('#own-browser-said', { hasText: 'no keys of Web Push' }).waitFor({ timeout: minutes });
      expect(await reader.isVisible('#own-browser-problem')).toBe(false);
    },
    5 * minutes,
  );
});
