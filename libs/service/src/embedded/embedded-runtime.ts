import { SqliteSealingStore, accessMigrations, openSealing, sqliteAccess } from '#libs/access';
import { idempotencyMigrations, sqliteApi, MemoryRateLimiter, RateLimiter } from '#libs/api';
import { LiveEvents, MemoryLiveEvents, MemorySharedCache, SharedCache, SoleWorkLock, WorkLock } from '#libs/coordination';
import { Clock } from '#libs/kernel';
import { messagingMigrations, NoBacklog, OutboxBacklog, SqliteEventLog, SqliteLogRetention, sqliteMessaging } from '#libs/messaging';
import { DataFolder, ErasureList, FileErasureList, FileKeeper, FolderFileKeeper, SqliteStore } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import type { Announcer } from '../announcer.ts';
import { EngineNames, type RuntimeEnvironment } from '../runtime-environment.ts';
import { wantsDemo, type PlatformSettings } from '../platform-settings.ts';
import { Readiness } from '../readiness.ts';
import { sweepOf } from '../sweep-of.ts';
import { provideAs, provideWith } from '../wiring/provide.ts';
import { embeddedKeys } from './embedded-keys.ts';

const dayMs = 86_400_000;

const retentionEveryMs = 600_000;

/** However short the retention, so much of it may pass before a sweep sees what is over. */
const sweptShare = 0.1;

/** One SQLite file with documents and log. Throws DataFolderInUse, DataFolderUnusable, DataFileUnusable, MasterKeyInvalid, MasterKeyWrong. */
export async function embeddedRuntime(settings: PlatformSettings, announcer: Announcer): Promise<RuntimeEnvironment> {
  const folder = DataFolder.take(settings.CARILLON_DATA);
  const keys = embeddedKeys(settings, folder);
  const store = await announcer.step('opening the data folder', () => {
    const opened = new SqliteStore({ file: folder.file('carillon.db'), synchronous: settings.SQLITE_SYNCHRONOUS });
    opened.migrate([...messagingMigrations, ...accessMigrations, ...idempotencyMigrations]);
    return opened;
  });
  const sealing = await openSealing(keys.masterKeys, new SqliteSealingStore(store)).catch((error: unknown) => {
    store.close();
    folder.release();
    throw error;
  });
  const { sqlite = 'unknown' } = process.versions;
  return {
    providers: [
      { provide: SqliteStore, useValue: store },
      { provide: FileKeeper, useValue: new FolderFileKeeper(folder.file('files')) },
      { provide: ErasureList, useValue: new FileErasureList(folder.file('erasures.ndjson')) },
      ...sqliteAccess({ adminKey: keys.adminKey, demo: wantsDemo(settings) }),
      ...sqliteApi(),
      ...embeddedMessaging(settings.LOG_RETENTION_DAYS),
      ...embeddedCoordination(),
    ],
    keys,
    sealing,
    engines: new EngineNames(`sqlite ${sqlite}`, 'sqlite'),
    readiness: readinessOf(store),
    place: settings.CARILLON_DATA,
    close: async () => {
      store.close();
      folder.release();
    },
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

/** What processes share, where there is only one. Expects Clock. */
function embeddedCoordination(): FactoryProvider[] {
  return [
    provideAs(WorkLock, SoleWorkLock),
    provideAs(RateLimiter, MemoryRateLimiter, Clock),
    provideAs(LiveEvents, MemoryLiveEvents),
    provideAs(SharedCache, MemorySharedCache, Clock),
  ];
}

/** The log inside the embedded store, with its publisher, consumers, dead letters and retention. Expects SqliteStore, migrated. */
function embeddedMessaging(logRetentionDays: number): FactoryProvider[] {
  const keptMs = logRetentionDays * dayMs;
  return [
    ...sqliteMessaging,
    provideAs(OutboxBacklog, NoBacklog),
    provideWith(SqliteLogRetention, keptMs, SqliteStore, SqliteEventLog, Clock),
    sweepOf('log retention', Math.min(retentionEveryMs, keptMs * sweptShare), SqliteLogRetention, (retention) => retention.run()),
  ];
}
