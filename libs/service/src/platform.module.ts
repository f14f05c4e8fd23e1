import { Sealer } from '#libs/access';
import { ApiModule } from '#libs/api';
import { note, BulkTurns, Clock, ErasureKeys, Fingerprinter, Random, ReceiptSigner, SystemClock, SystemRandom } from '#libs/kernel';
import { provide } from './wiring/provide.ts';
import { Module, type BeforeApplicationShutdown, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { EngineNames, type RuntimeEnvironment } from './runtime-environment.ts';
import { MetricsRegistry } from './metrics-registry.ts';
import { OpsController } from './ops.controller.ts';
import { Ops } from './ops-server.ts';
import { PlatformSettingsOf, type PlatformSettings } from './platform-settings.ts';
import { Readiness } from './readiness.ts';

/** What every service finds by injection: time, chance, store, log, keys, access, metrics, readiness. One instance a process. */
@Module({})
export class PlatformModule {
  static on(environment: RuntimeEnvironment, settings: PlatformSettings): DynamicModule {
    const { sealer, fingerprint, receipts } = environment.sealing;
    const providers: Provider[] = [
      { provide: Clock, useClass: SystemClock },
      { provide: Random, useClass: SystemRandom },
      { provide: BulkTurns, useClass: BulkTurns },
      { provide: PlatformSettingsOf, useValue: new PlatformSettingsOf(settings) },
      { provide: EngineNames, useValue: environment.engines },
      { provide: Fingerprinter, useValue: new Fingerprinter(fingerprint) },
      { provide: ErasureKeys, useValue: new ErasureKeys(fingerprint) },
      { provide: ReceiptSigner, useValue: new ReceiptSigner(receipts) },
      { provide: Sealer, useValue: sealer },
      { provide: MetricsRegistry, useValue: new MetricsRegistry(settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) },
      { provide: Readiness, useValue: environment.readiness },
      provide(Ops, Readiness, MetricsRegistry),
      ...environment.providers,
    ];
    return {
      module: PlatformModule,
      global: true,
      imports: [ApiModule],
      controllers: settings.OPS_PORT === undefined ? [OpsController] : [], // where they have a port of their own they are there alone
      providers: [...providers, { provide: Ending, useValue: new Ending(environment) }],
      exports: providers,
    };
  }
}

/** The end of a process: it says first that it wants nothing new; the stores close last, when no request and no handler needs them any more. */
class Ending implements BeforeApplicationShutdown, OnApplicationShutdown {
  #begunAt = performance.now();

  constructor(private readonly environment: RuntimeEnvironment) {}

  beforeApplicationShutdown(): void {
    this.#begunAt = performance.now();
    note('drain begun');
    this.environment.readiness.drain();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.environment.close();
    note('drain done', { seconds: Math.round(performance.now() - this.#begunAt) / 1_000 });
  }
}
