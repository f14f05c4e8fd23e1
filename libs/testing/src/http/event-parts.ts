import { LiveEvents, MemoryLiveEvents, MemorySharedCache, SharedCache, SoleWorkLock, WorkLock } from '#libs/coordination';
import { BulkTurns, Clock, Random, SystemRandom } from '#libs/kernel';
import {
  ConsumerPresence,
  DeadLetters,
  EventPublisher,
  EventServer,
  GroupPositions,
  SqliteEventLog,
  messagingMigrations,
  sqliteMessaging,
} from '#libs/messaging';
import { EngineNames, MetricsRegistry, PlatformSettingsOf, platformSettings } from '#libs/service';
import { provideAs } from '#libs/service/wiring';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { TestHttp } from './start-http.ts';

const everybodyIsThere: Pick<ConsumerPresence, 'look'> = { look: async () => () => 1 };

const providers: Provider[] = [
  { provide: Random, useClass: SystemRandom },
  { provide: BulkTurns, useClass: BulkTurns },
  { provide: MetricsRegistry, useClass: MetricsRegistry },
  { provide: PlatformSettingsOf, useValue: new PlatformSettingsOf(platformSettings.parse({ CONSUMERS: 'false' })) },
  { provide: EngineNames, useValue: new EngineNames('sqlite', 'sqlite') },
  provideAs(WorkLock, SoleWorkLock),
  provideAs(LiveEvents, MemoryLiveEvents),
  provideAs(SharedCache, MemorySharedCache, Clock),
  ...sqliteMessaging,
];

/** The embedded log for a service under test: `startHttp({ imports: [EventParts.embedded(), service.module(settings, 'embedded')], migrations: eventMigrations })`. */
@Global()
@Module({})
export class EventParts {
  /** Where `alone` is not said, the test stands in for the services that are not there, and nobody is missed. */
  static embedded({ alone = false }: { readonly alone?: boolean } = {}): DynamicModule {
    return {
      module: EventParts,
      providers: alone ? providers : [...providers, { provide: ConsumerPresence, useValue: everybodyIsThere }],
      exports: [
        Random,
        BulkTurns,
        MetricsRegistry,
        PlatformSettingsOf,
        EngineNames,
        WorkLock,
        LiveEvents,
        SharedCache,
        SqliteEventLog,
        EventPublisher,
        DeadLetters,
        EventServer,
        GroupPositions,
        ConsumerPresence,
      ],
    };
  }
}

export const eventMigrations = messagingMigrations;

/** Lets the service's consumers read from now on; until then events only gather in the log. Sweeps do not run by themselves. */
export async function startConsumers({ app }: TestHttp): Promise<void> {
  app.connectMicroservice({ strategy: app.get(EventServer) });
  await app.startAllMicroservices();
}
