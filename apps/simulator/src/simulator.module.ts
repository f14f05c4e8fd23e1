import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '#libs/kernel';
import { defineService } from '#libs/service';
import { provide } from '#libs/service/wiring';
import { settings, type SimulatorSettings } from './settings.ts';
import { SimulatorHandle } from './simulator-handle.ts';
import { Simulator } from './simulator.ts';

export { SimulatorHandle };
export { simulatedEndpoint, simulatedSubscription } from './webpush/simulated-subscription.ts';

/** The simulators inside a platform's process. Senders stop before them: they close in `onApplicationShutdown`. */
@Module({})
class SimulatorModule {
  /** Provides the running SimulatorHandle, everywhere; nothing when `SIMULATOR` names simulators that run elsewhere. Needs a Clock. */
  static forRuntime(settings: SimulatorSettings): DynamicModule {
    if (settings.SIMULATOR !== 'embedded') return { module: SimulatorModule };
    return {
      module: SimulatorModule,
      global: true,
      providers: [
        { provide: SimulatorHandle, useFactory: (clock: Clock) => Simulator.start(settings, { clock }), inject: [Clock] },
        provide(SimulatorEnd, SimulatorHandle),
      ],
      exports: [SimulatorHandle],
    };
  }
}

class SimulatorEnd implements OnApplicationShutdown {
  constructor(private readonly handle: SimulatorHandle) {}

  async onApplicationShutdown(): Promise<void> {
    await this.handle.close();
  }
}

export const simulator = defineService({
  name: 'simulator',
  settings,
  module: (values) => SimulatorModule.forRuntime(values),
  started: async (app, { SIMULATOR, CARILLON_URL, CARILLON_ADMIN_KEY: adminKey }, announcer, ownUrl) => {
    if (SIMULATOR !== 'embedded') return;
    const handle = app.get(SimulatorHandle);
    if (adminKey !== undefined) handle.usePlatform({ url: CARILLON_URL ?? ownUrl, adminKey });
    announcer.line(`  simulators ${handle.controlUrl}`);
  },
});
