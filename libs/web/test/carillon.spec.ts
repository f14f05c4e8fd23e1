import { Carillon } from '../src/carillon.ts';
import { aBrowser, settings } from './a-browser.ts';

describe('a browser of an app', () => {
  it('R16: is asked in a click alone, and registers with what the person said', async () => {
    const { browser, asked } = aBrowser();
    const carillon = new Carillon(settings, browser);

    expect(await carillon.requestPermission()).toBe('granted');

    expect(asked.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/sdk-config'],
      ['PUT', '/installations/browser-1'],
    ]);
    expect(asked[1]?.body).toMatchObject({ permission: 'granted', token: { applicationServerKey: 'public-key' } });
  });

  it('R16: is not asked without a gesture, and nothing goes out', async () => {
    const { browser, asked } = aBrowser({ hasGesture: () => false });

    await expect(new Carillon(settings, browser).requestPermission()).rejects.toMatchObject({ code: 'gesture_needed' });

    expect(browser.permission()).toBe('default');
    expect(asked).toEqual([]);
  });

  it('is asked once: after a no its dialog would not come, and the answer is registered', async () => {
    const { browser, asked } = aBrowser({ permission: () => 'denied', hasGesture: () => false });

    expect(await new Carillon(settings, browser).requestPermission()).toBe('denied');

    expect(asked).toMatchObject([{ body: { permission: 'denied' } }]);
    expect(asked[0]?.body).not.toHaveProperty('token');
  });

  it('tells nothing at a start before it is registered, and its session from then on', async () => {
    const { browser, asked } = aBrowser();
    await new Carillon(settings, browser).start();
    expect(asked).toEqual([]);

    await new Carillon(settings, browser).register();
    await new Carillon(settings, browser).start();

    expect(asked.map(({ method, path }) => [method, path])).toEqual(Array(2).fill(['PUT', '/installations/browser-1']));
  });

  it('makes its calls in their order, however slow the platform is', async () => {
    const { browser, asked } = aBrowser();
    const slow = ((url: string, init: RequestInit) => new Promise(setImmediate).then(() => browser.fetch(url, init))) as typeof fetch;
    const carillon = new Carillon(settings, { ...browser, fetch: slow });

    await Promise.all([carillon.register(), carillon.changeUser('kim'), carillon.setSubscription('opted_in'), carillon.detach()]);

    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PATCH', 'DELETE']);
  });

  it('goes on after a call that failed', async () => {
    const { browser } = aBrowser();
    const carillon = new Carillon(settings, browser);

    await expect(carillon.detach()).rejects.toMatchObject({ code: 'not_registered' });

    expect(await carillon.register()).toMatchObject({ externalId: null });
  });

  it('hides its secret from what register() gives to the page', async () => {
    const { browser, store } = aBrowser();

    expect(await new Carillon(settings, browser).register()).toEqual({ externalId: null });

    expect(store.state).toMatchObject({ installationSecret: 'secret' });
  });

  it('begins anew where the page turns to another app, or another platform', async () => {
    const { browser, store } = aBrowser();
    await new Carillon(settings, browser).register();

    const other = new Carillon({ ...settings, app: 'other' }, browser);

    expect(await other.installationId()).toBeUndefined();
    expect(store.state).toMatchObject({ app: 'shop' });
    expect(await new Carillon({ ...settings, url: `${settings.url}/` }, browser).installationId()).toBe('browser-1');
  });
});
