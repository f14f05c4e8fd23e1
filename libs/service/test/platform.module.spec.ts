import { takeNotes } from '#libs/testing';
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

describe('the end of a process', () => {
  it('is noted when it begins and when it is done, which is after the stores have closed', async () => {
    const told: string[] = [];
    const ending = { ...environment, readiness: { drain: () => told.push('wants nothing new') }, close: async () => told.push('closed') };
    const { providers = [] } = PlatformModule.on(ending as unknown as RuntimeEnvironment, platformSettings.parse({}));
    const values = providers.map((provider) => ('useValue' in provider ? (provider.useValue as unknown) : undefined));
    const end = values.find(isEnd);
    const { notes, end: stop } = takeNotes();

    end?.beforeApplicationShutdown();
    expect(notes).toEqual([{ event: 'drain begun' }]);
    await end?.onApplicationShutdown();
    stop();

    expect(told).toEqual(['wants nothing new', 'closed']);
    expect(notes[1]).toEqual({ event: 'drain done', seconds: expect.any(Number) as number });
  });
});

interface End {
  beforeApplicationShutdown(): void;
  onApplicationShutdown(): Promise<void>;
}

function isEnd(value: unknown): value is End {
  return typeof value === 'object' && value !== null && 'beforeApplicationShutdown' in value && 'onApplicationShutdown' in value;
}
