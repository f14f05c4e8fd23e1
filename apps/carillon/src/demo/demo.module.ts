import { AppRepository, CredentialRepository } from '#libs/access';
import { Clock, Fingerprinter, Random, PushError } from '#libs/kernel';
import {
  InstallationRepository,
  PurgeToken,
  RegisterInstallation,
  UpdateUser,
  UserRepository,
  mongoRegistry,
  registryCollections,
  sqliteRegistry,
} from '#libs/registry';
import { Readiness, defineService, platformSettings, simulatorControlUrl, wantsDemo, type Announcer, type Runtime } from '#libs/service';
import { provide } from '#libs/service/wiring';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { DemoPhones } from './demo-phones.ts';
import { demoInstallations } from './demo-population.ts';
import { DemoController } from './demo.controller.ts';
import { SeedDemo } from './seed-demo.ts';
import { SimulatorControl } from './simulator-control.ts';

/** The demo's phones live in the simulators, and none answer. */
class SimulatorsUnreachable extends PushError {
  readonly code = 'simulators_unreachable';
  readonly retryable = false;

  constructor(trouble: string) {
    super(`The demo needs the simulators: ${trouble}; start them, set SIMULATOR to where they are, or CARILLON_DEMO to false`);
  }
}

@Module({})
class DemoModule {}

function demoModule(controlUrl: string, runtime: Runtime): DynamicModule {
  return {
    module: DemoModule,
    controllers: [DemoController],
    providers: [
      ...(runtime === 'embedded' ? sqliteRegistry : mongoRegistry),
      provide(RegisterInstallation, InstallationRepository, UserRepository, Clock, Fingerprinter, Random),
      provide(UpdateUser, UserRepository, InstallationRepository, Clock, Random),
      provide(PurgeToken, InstallationRepository, Clock, Random),
      provide(SeedDemo, AppRepository, CredentialRepository, RegisterInstallation, UpdateUser, PurgeToken, Fingerprinter, Clock),
      provide(DemoPhones, InstallationRepository),
      { provide: SimulatorControl, useValue: new SimulatorControl(controlUrl) },
    ],
  };
}

/** Where `npm run hello` looks by itself. */
const USUAL_URL = 'http://127.0.0.1:8080';

/** Embedded, those who come together share a commit; distributed, they share connections to the database, and must not wait for one until they are given up. */
const REGISTERED_AT_ONCE: Readonly<Record<Runtime, number>> = { embedded: 250, distributed: 32 };

async function started(app: INestApplicationContext, announcer: Announcer, url: string, runtime: Runtime): Promise<void> {
  const simulators = app.get(SimulatorControl, { strict: false });
  const trouble = await simulators.trouble();
  if (trouble !== undefined) throw new SimulatorsUnreachable(trouble);
  app.get(Readiness).add({ name: 'simulators', vital: false, check: () => simulators.trouble() });
  const seed = app.get(SeedDemo, { strict: false });
  if (await seed.isWanted()) await announcer.step('registering 10,000 demo installations', () => seed.execute(REGISTERED_AT_ONCE[runtime]));
  await announcer.step('telling the simulators who is dead', () => announceDeaths(simulators));
  const where = url === USUAL_URL ? '' : `CARILLON_URL=${url} `;
  announcer.line(`  try        ${where}npm run hello   (a push to all 10,000, and what became of it)`);
}

/** The simulators keep nothing over a restart. */
async function announceDeaths(simulators: SimulatorControl): Promise<void> {
  const faults = [...demoInstallations()].flatMap(({ provider, token, death }) =>
    death === null ? [] : [{ provider, token, behaviour: death }],
  );
  await simulators.setFaults(faults);
}

/** The app `demo` with its installations, for everybody who tries Carillon out; nothing at all where it is not wanted. */
export const demo = defineService({
  name: 'demo',
  settings: platformSettings,
  collections: registryCollections,
  module: (settings, runtime) => (wantsDemo(settings) ? demoModule(simulatorControlUrl(settings), runtime) : { module: DemoModule }),
  started: async (app, settings, announcer, url) => {
    if (wantsDemo(settings)) await started(app, announcer, url, settings.RUNTIME);
  },
});
