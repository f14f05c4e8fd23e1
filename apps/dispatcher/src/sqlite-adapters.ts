import { Clock } from '#libs/kernel';
import { SqliteEventLog } from '#libs/messaging';
import { ActivityTokens, InstallationRepository, registryMigrations, sqliteRegistry } from '#libs/registry';
import {
  AttemptReader,
  PageReader,
  SendReader,
  SqliteAttemptReader,
  SqlitePageReader,
  SqliteSendReader,
  attemptMigrations,
  providerStateMigrations,
  sendsMigrations,
} from '#libs/sends';
import { AttemptRepository, SqliteAttemptRepository } from '#libs/sends/attempt/writing';
import { ProviderStateRepository, SqliteProviderStateRepository } from '#libs/sends/provider-state/writing';
import { SqliteStore, tablesOf } from '#libs/storage';
import { provideAs, provideWith } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { OwnProviderRates } from './admission/adaptive-rate.ts';
import { ProviderRates } from './admission/sending-rate.ts';
import { RecipientReader } from './batches/recipients.ts';
import { MemorySharedTokens } from './providers/memory-shared-tokens.ts';
import { SharedTokens } from './providers/shared-tokens.ts';

/** Every port of this service on the embedded store, once the tables are there. */
export const sqliteAdapters: readonly FactoryProvider[] = [
  tablesOf('dispatcher', [...registryMigrations, ...sendsMigrations, ...attemptMigrations, ...providerStateMigrations]),
  ...sqliteRegistry,
  provideAs(SendReader, SqliteSendReader, SqliteStore),
  provideAs(PageReader, SqlitePageReader, SqliteStore),
  provideAs(AttemptReader, SqliteAttemptReader, SqliteStore),
  provideAs(ProviderStateRepository, SqliteProviderStateRepository, SqliteStore, Clock),
  provideWith(RecipientReader, 500, InstallationRepository, ActivityTokens),
  provideAs(SharedTokens, MemorySharedTokens),
  provideAs(ProviderRates, OwnProviderRates),
  {
    provide: AttemptRepository,
    useFactory: async (store: SqliteStore, log: SqliteEventLog, clock: Clock) => {
      const attempts = new SqliteAttemptRepository(store, log);
      await attempts.expireLeases(clock.now());
      return attempts;
    },
    inject: [SqliteStore, SqliteEventLog, Clock],
  },
];
