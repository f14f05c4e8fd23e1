import { SqliteSealingStore, accessMigrations, openSealing, sqliteAccess } from '#libs/access';
import { idempotencyMigrations, sqliteApi } from '#libs/api';
import { messagingMigrations } from '#libs/messaging';
import { DataFolder, SqliteStore } from '#libs/storage';
import type { Announcer } from '../announcer.ts';
import { EngineNames, type Ground } from '../ground.ts';
import { wantsDemo, type PlatformSettings } from '../platform-settings.ts';
import { Readiness } from '../readiness.ts';
import { embeddedCoordination } from './embedded-coordination.ts';
import { embeddedKeys } from './embedded-keys.ts';
import { embeddedMessaging } from './embedded-messaging.ts';

/** One SQLite file with documents and log. Throws DataFolderInUse, DataFolderUnusable, DataFileUnusable, MasterKeyInvalid, MasterKeyWrong. */
export async function embeddedGround(settings: PlatformSettings, announcer: Announcer): Promise<Ground> {
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
