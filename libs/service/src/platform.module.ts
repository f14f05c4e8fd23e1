import { Sealer, accessMigrations, deriveKeys, sqliteAccess } from '#libs/access';
import { ApiModule, idempotencyMigrations, sqliteApi } from '#libs/api';
import { messagingMigrations } from '#libs/messaging';
import { Clock, Fingerprinter, Random, SystemClock, SystemRandom } from '#libs/kernel';
import { SqliteStore } from '#libs/storage';
import type { DynamicModule, Provider } from '@nestjs/common';
import { embeddedMessaging } from './embedded-messaging.ts';
import type { ProcessKeys } from './embedded-keys.ts';
import { MetricsRegistry } from './metrics-registry.ts';
import { OpsController } from './ops.controller.ts';
import { Ops } from './ops-server.ts';
import { PlatformSettingsOf, type PlatformSettings } from './platform-settings.ts';
import { Readiness } from './readiness.ts';

export interface PlatformParts {
  readonly settings: PlatformSettings;
  readonly store: SqliteStore;
  readonly keys: ProcessKeys;
}

/** What every service finds by injection: time, chance, store, log, keys, access, metrics, readiness. One instance a process. */
export class PlatformModule {
  static embedded({ settings, store, keys }: PlatformParts): DynamicModule {
    store.migrate([...messagingMigrations, ...accessMigrations, ...idempotencyMigrations]);
    const derived = deriveKeys(keys.masterKey);
    const providers: Provider[] = [
      { provide: Clock, useClass: SystemClock },
      { provide: Random, useClass: SystemRandom },
      { provide: PlatformSettingsOf, useValue: new PlatformSettingsOf(settings) },
      { provide: SqliteStore, useValue: store },
      { provide: Fingerprinter, useValue: new Fingerprinter(derived.fingerprint) },
      { provide: Sealer, useValue: new Sealer(derived) },
      { provide: MetricsRegistry, useValue: new MetricsRegistry() },
      { provide: Readiness, useFactory: () => readinessOf(store) },
      {
        provide: Ops,
        useFactory: (readiness: Readiness, metrics: MetricsRegistry) => new Ops(readiness, metrics),
        inject: [Readiness, MetricsRegistry],
      },
      ...sqliteAccess({ adminKey: keys.adminKey, demo: settings.CARILLON_DEMO }),
      ...sqliteApi(),
      ...embeddedMessaging(),
    ];
    return {
      module: PlatformModule,
      global: true,
      imports: [ApiModule],
      controllers: [OpsController],
      providers: [...providers, closing(store)],
      exports: providers,
    };
  }
}

/** Stores close last, when no request and no handler can need them any more. */
function closing(store: SqliteStore): Provider {
  return {
    provide: 'closing',
    useFactory: () => ({
      onApplicationShutdown: () => {
        store.close();
      },
    }),
  };
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
