import {
  MongoSealingStore,
  SqliteSealingStore,
  accessCollections,
  accessMigrations,
  placeOf,
  resealAll,
  type SealingStore,
} from '#libs/access';
import { idempotencyMigrations } from '#libs/api';
import { messagingMigrations } from '#libs/messaging';
import { DataFolder, SqliteStore } from '#libs/storage';
import { composed } from './composed.ts';
import type { Service } from './define-service.ts';
import { distributedKeys } from './distributed/distributed-keys.ts';
import { openStore } from './distributed/servers.ts';
import { embeddedKeys } from './embedded/embedded-keys.ts';
import { orEnd } from './or-end.ts';
import type { PlatformSettings } from './platform-settings.ts';
import type { ProcessKeys } from './process-keys.ts';

/**
 * Seals with the first master key of the settings what the others sealed: credentials and the store's marker. Embedded: while the platform is stopped;
 * distributed: while it runs, once every process has all the keys. Safe to repeat. Says how many credentials it was; fails as a start does.
 */
export async function rotateKeys(env: NodeJS.ProcessEnv, ...services: readonly Service[]): Promise<void> {
  await orEnd(async () => {
    const { platform } = composed(env, services);
    const { keys, store, close } = platform.RUNTIME === 'embedded' ? embedded(platform) : await distributed(platform);
    try {
      const resealed = await resealAll(keys.masterKeys, store, placeOf);
      process.stdout.write(`${resealed} credentials sealed anew; everything is sealed with the first master key\n`);
    } finally {
      await close();
    }
  });
}

interface Opened {
  readonly keys: ProcessKeys;
  readonly store: SealingStore;
  readonly close: () => Promise<void>;
}

function embedded(settings: PlatformSettings): Opened {
  const folder = DataFolder.take(settings.CARILLON_DATA);
  const keys = embeddedKeys(settings, folder);
  const store = new SqliteStore({ file: folder.file('carillon.db'), synchronous: 'full' });
  store.migrate([...messagingMigrations, ...accessMigrations, ...idempotencyMigrations]);
  const close = async () => {
    store.close();
    folder.release();
  };
  return { keys, store: new SqliteSealingStore(store), close };
}

async function distributed(settings: PlatformSettings): Promise<Opened> {
  const keys = distributedKeys(settings);
  const store = await openStore(settings, accessCollections);
  return { keys, store: new MongoSealingStore(store), close: () => store.close() };
}
