import { OpsController } from '../src/ops.controller.ts';
import { PlatformModule } from '../src/platform.module.ts';
import { platformSettings } from '../src/platform-settings.ts';
import type { RuntimeEnvironment } from '../src/runtime-environment.ts';

const environment = {
  providers: [],
  sealing: { fingerprint: Buffer.alloc(32, 1), receipts: Buffer.alloc(32, 2) },
  engines: {},
  readiness: {},
} as unknown as RuntimeEnvironment;

describe('probes and metrics', () => {
  it('are on the port of the API only while they have none of their own: metrics name apps', () => {
    const controllers = (env: Record<string, string>) => PlatformModule.on(environment, platformSettings.parse(env)).controllers;

    expect(controllers({})).toEqual([OpsController]);
    expect(controllers({ OPS_PORT: '9090' })).toEqual([]);
  });
});
