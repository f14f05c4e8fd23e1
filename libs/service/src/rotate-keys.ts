import {
  MongoSealedDocumentStore,
  MongoSealingStore,
  SqliteSealedDocumentStore,
  SqliteSealingStore,
  accessCollections,
  accessMigrations,
  placeOf,
  resealAll,
  type SealedDocuments,
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
 * Seals with the first master key of the settings what the others sealed: credentials, what the services keep sealed, and the store's marker. Embedded:
 * while the platform is stopped; distributed: while it runs, once every process has all the keys. Safe to repeat. Says how many texts it was; fails as a
 * start does.
 */
export async function rotateKeys(env: NodeJS.ProcessEnv, ...services: readonly Service[]): Promise<void> {
  await orEnd(async () => {
    const { platform } = composed(env, services);
    const { keys, store, documentsOf, close } = platform.RUNTIME === 'embedded' ? embedded(platform) : await distributed(platform);
    try {
      const documents = services.flatMap(({ sealed = [] }) => sealed).map((kind) => ({ boundTo: kind.boundTo, store: documentsOf(kind) }));
      const resealed = await resealAll(keys.masterKeys, store, placeOf, documents);
      process.stdout.write(`${resealed} secrets sealed anew; everything is sealed with the first master key\n`);
    } finally {
      await close();
    }
  });
}

interface Opened {
  readonly keys: ProcessKeys;
  readonly store: SealingStore;
  readonly documentsOf: (kind: SealedDocuments) => SqliteSealedDocumentStore | MongoSealedDocumentStore;
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
  const documentsOf = ({ name }: SealedDocuments) => new SqliteSealedDocumentStore(store, name);
  return { keys, store: new SqliteSealingStore(store), documentsOf, close };
}

async function distributed(settings: PlatformSettings): Promise<Opened> {
  const keys = distributedKeys(settings);
  const store = await openStore(settings, accessCollections);
  const documentsOf = ({ name }: SealedDocuments) => new MongoSealedDocumentStore(store, name);
  return { keys, store: new MongoSealingStore(store), documentsOf, close: () => store.close() };
}
