import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Clock, SystemClock } from '#libs/kernel';
import { SimulatorHandle, simulator } from '../src/simulator.module.ts';

@Global()
@Module({ providers: [{ provide: Clock, useClass: SystemClock }], exports: [Clock] })
class TimeModule {}

describe('the simulators inside a platform', () => {
  it('run for as long as the application and can be used without HTTP', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-simulator-'));
    const values = simulator.settings.parse({ CARILLON_DATA: folder, SIMULATOR_CONTROL_PORT: '0' });
    const app = await Test.createTestingModule({ imports: [TimeModule, simulator.module(values, 'embedded')] }).compile();
    const { controlUrl, accounts } = app.get(SimulatorHandle);

    const served: unknown = await (await fetch(`${controlUrl}/accounts`)).json();
    await app.close();

    expect(served).toEqual(accounts.simulated);
    await expect(fetch(`${controlUrl}/healthz`)).rejects.toThrow('fetch failed');
    rmSync(folder, { recursive: true });
  });

  it('are left out when others are named', async () => {
    const values = simulator.settings.parse({ SIMULATOR: 'external:http://127.0.0.1:9999' });
    const app = await Test.createTestingModule({ imports: [TimeModule, simulator.module(values, 'embedded')] }).compile();

    expect(() => app.get(SimulatorHandle)).toThrow('SimulatorHandle');
    await app.close();
  });
});
