import { BUILT_PROVIDERS } from '#libs/kernel';
import { PROVIDER_PLUGS } from '../../src/providers/provider-plugs.ts';
import { dispatcherSettings } from '../../src/settings.ts';

describe('the plugs of providers', () => {
  it.each(BUILT_PROVIDERS)('%s answers to its name and has settings of its own', (name) => {
    const plug = PROVIDER_PLUGS[name];
    const own = Object.keys(plug.settings.shape).filter((setting) => setting !== 'PROVIDER_REQUEST_DEADLINE_MS');

    expect(plug.name).toBe(name);
    expect(own.filter((setting) => !setting.startsWith(`${name.toUpperCase()}_`))).toEqual([]);
    expect(plug.retryBase.setting).toBe(`RETRY_BASE_${name.toUpperCase()}`);
  });

  it('the dispatcher reads the settings of all of them, and their first waits', () => {
    const settings = dispatcherSettings.parse({ APNS_PORT: '2197', RETRY_BASE_FCM: '5000' });

    expect(settings).toMatchObject({ APNS_PORT: 2_197, RETRY_BASE_APNS: 900_000, RETRY_BASE_FCM: 5_000 });
    expect(() => dispatcherSettings.parse({ APNS_PORT: 'https' })).toThrow();
  });
});
