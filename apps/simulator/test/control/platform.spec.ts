import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INestApplicationContext } from '@nestjs/common';
import type { Announcer } from '#libs/service';
import { SimulatorHandle, simulator } from '../../src/simulator.module.ts';
import { runningSimulator } from '../running-simulator.ts';

const adminKey = 'cr_admin_0123456789';
const aDevice = { app: 'demo', platform: 'ios' };

describe('the platform that phones are registered with', () => {
  it('is nobody while no address was set, whoever listens on 8080', async () => {
    const running = await runningSimulator({ CARILLON_ADMIN_KEY: adminKey });

    expect(await running.control('POST', '/devices', aDevice)).toMatchObject({ status: 503, body: { code: 'platform_unknown' } });

    await running.stop();
  });

  it('is nobody without a key, either', async () => {
    const running = await runningSimulator({ CARILLON_URL: 'http://127.0.0.1:1' });

    expect(await running.control('POST', '/devices', aDevice)).toMatchObject({ status: 503, body: { code: 'platform_unknown' } });

    await running.stop();
  });

  it('is the one that started the simulators, at the address that it listens on', async () => {
    const keys: (string | undefined)[] = [];
    const platform = createServer((request, response) => {
      keys.push(request.headers.authorization);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(platform, 'listening');
    const running = await runningSimulator({ CARILLON_ADMIN_KEY: adminKey });
    const app = { get: (token: unknown) => (token === SimulatorHandle ? running.simulator : undefined) } as INestApplicationContext;
    const announcer = { line: () => undefined } as unknown as Announcer;
    const values = simulator.settings.parse({ CARILLON_ADMIN_KEY: adminKey });
    await simulator.started?.(app, values, announcer, `http://127.0.0.1:${(platform.address() as AddressInfo).port}`);

    expect(await running.control('POST', '/devices', aDevice)).toMatchObject({ status: 201 });
    expect(keys).toEqual([`Bearer ${adminKey}`]);

    await running.stop();
    platform.close();
  });
});
