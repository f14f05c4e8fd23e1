import { Sealer, accessMigrations, deriveKeys, sqliteAccess } from '#libs/access';
import { ApiModule, idempotencyMigrations, sqliteApi } from '#libs/api';
import { messagingMigrations } from '#libs/messaging';
import { BulkTurns, Clock, Fingerprinter, Random, SystemClock, SystemRandom } from '#libs/kernel';
import { SqliteStore } from '#libs/storage';
import { Module, type BeforeApplicationShutdown, type DynamicModule, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { embeddedCoordination } from './embedded-coordination.ts';
import { embeddedMessaging } from './embedded-messaging.ts';
import type { ProcessKeys } from './embedded-keys.ts';
import { MetricsRegistry } from './metrics-registry.ts';
import { OpsController } from './ops.controller.ts';
import { Ops } from './ops-server.ts';
import { PlatformSettingsOf, type PlatformSettings } from './platform-settings.ts';
import { provide } from './provide.ts';
import { Readiness } from './readiness.ts';

export interface PlatformParts {
  readonly settings: PlatformSettings;
  readonly store: SqliteStore;
  readonly keys: ProcessKeys;
}

/** What every service finds by injection: time, chance, store, log, keys, access, metrics, readiness. One instance a process. */
@Module({})
export class PlatformModule {
  static embedded({ settings, store, keys }: PlatformParts): DynamicModule {
    store.migrate([...messagingMigrations, ...accessMigrations, ...idempotencyMigrations]);
    const derived = deriveKeys(keys.masterKey);
    const providers: Provider[] = [
      { provide: Clock, useClass: SystemClock },
      { provide: Random, useClass: SystemRandom },
      { provide: BulkTurns, useClass: BulkTurns },
      { provide: PlatformSettingsOf, useValue: new PlatformSettingsOf(settings) },
      { provide: SqliteStore, useValue: store },
      { provide: Fingerprinter, useValue: new Fingerprinter(derived.fingerprint) },
      { provide: Sealer, useValue: new Sealer(derived) },
      { provide: MetricsRegistry, useValue: new MetricsRegistry(settings.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) },
      { provide: Readiness, useFactory: () => readinessOf(store) },
      {
        provide: Ops,
        useFactory: (readiness: Readiness, metrics: MetricsRegistry) => new Ops(readiness, metrics),
        inject: [Readiness, MetricsRegistry],
      },
      ...sqliteAccess({ adminKey: keys.adminKey, demo: settings.CARILLON_DEMO }),
      ...sqliteApi(),
      ...embeddedMessaging(),
      ...embeddedCoordination(),
    ];
    return {
      module: PlatformModule,
      global: true,
      imports: [ApiModule],
      controllers: [OpsController],
      providers: [...providers, provide(Ending, Readiness, SqliteStore)],
      exports: providers,
    };
  }
}

/** The end of a process: it says first that it wants nothing new; the store closes last, when no request and no handler needs it any more. */
class Ending implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    private readonly readiness: Readiness,
    private readonly store: SqliteStore,
  ) {}

  beforeApplicationShutdown(): void {
    this.readiness.drain();
  }

  onApplicationShutdown(): void {
    this.store.close();
  }
}

function readinessOf(store: SqliteStore): Readiness {
  const readiness = new Readiness();
  readiness.add({
    name: 'database',
    vital: true,
    check: () => {
      store.sql('SELECT 1').get();
      return undefined;
    },
  });
  return readiness;
}
