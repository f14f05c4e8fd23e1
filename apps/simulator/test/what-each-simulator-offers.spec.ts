import { BUILT_PROVIDERS } from '#libs/kernel';
import { runningSimulator, type Running } from './running-simulator.ts';

describe('what each simulator offers', () => {
  let running: Running;

  beforeAll(async () => {
    running = await runningSimulator();
  });

  afterAll(() => running.stop());

  it.each(BUILT_PROVIDERS)('%s: an address, an account and a credential, counts and faults', async (provider) => {
    const ask = async (path: string): Promise<Record<string, unknown>> => (await running.control('GET', path)).body;

    expect((await ask('/listeners'))[provider]).toMatchObject({
      host: '127.0.0.1',
      port: expect.any(Number) as number,
      ca: expect.any(String) as string,
    });
    expect((await ask('/accounts'))[provider]).toEqual(running.simulator.accounts.simulated[provider]);
    expect((await ask('/credentials'))[provider]).toEqual(expect.any(Object));
    expect((await ask('/ledger/summary'))[provider]).toMatchObject({ requests: 0 });
    expect((await running.control('PUT', '/faults', { provider, behaviour: 'ok' })).status).toBe(200);
  });

  it('a phone only where its provider has phones of the platform', async () => {
    const device = { app: 'demo', platform: 'ios', provider: 'fcm' };

    expect((await running.control('POST', '/devices', device)).body).toMatchObject({ status: 400, errors: [{ pointer: '/provider' }] });
    expect((await running.control('POST', '/devices', { ...device, platform: 'toaster' })).status).toBe(400);
    expect((await running.control('POST', '/devices', { ...device, provider: 'apns' })).body).toMatchObject({ code: 'platform_unknown' });
  });
});
