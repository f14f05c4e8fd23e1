import { Clock } from '#libs/kernel';
import { SqliteStore } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { accessParts } from './access-parts.ts';
import { AppRepository } from './apps/app.repository.ts';
import { CachedAppRepository } from './apps/cached-app.repository.ts';
import { SqliteAppRepository } from './apps/sqlite-app.repository.ts';
import { AuditLog } from './audit/audit-log.ts';
import { SqliteAuditLog } from './audit/sqlite-audit-log.ts';
import { ErrandDesk } from './errands/errand-desk.ts';
import { MemoryErrandDesk } from './errands/memory-errand-desk.ts';
import { CredentialRepository } from './credentials/credential.repository.ts';
import { SqliteCredentialRepository } from './credentials/sqlite-credential.repository.ts';
import { HaltRepository } from './halts/halt.repository.ts';
import { SqliteHaltRepository } from './halts/sqlite-halt.repository.ts';
import { ApiKeyRepository } from './keys/api-key.repository.ts';
import { CachedApiKeyRepository } from './keys/cached-api-key.repository.ts';
import type { KeyRingOptions } from './keys/key-ring.ts';
import { SqliteApiKeyRepository } from './keys/sqlite-api-key.repository.ts';
import { ShortCache } from './short-cache.ts';

/** Apps, keys, credentials and audit on the embedded store. Expects Clock, SqliteStore (migrated by `accessMigrations`) and Sealer. */
export function sqliteAccess(keyRing: KeyRingOptions): FactoryProvider[] {
  return [
    {
      provide: AppRepository,
      useFactory: (store: SqliteStore, clock: Clock) => new CachedAppRepository(new SqliteAppRepository(store), new ShortCache(clock)),
      inject: [SqliteStore, Clock],
    },
    {
      provide: ApiKeyRepository,
      useFactory: (store: SqliteStore, clock: Clock) =>
        new CachedApiKeyRepository(new SqliteApiKeyRepository(store), new ShortCache(clock)),
      inject: [SqliteStore, Clock],
    },
    provideAs(CredentialRepository, SqliteCredentialRepository, SqliteStore),
    provideAs(HaltRepository, SqliteHaltRepository, SqliteStore),
    provideAs(ErrandDesk, MemoryErrandDesk),
    provideAs(AuditLog, SqliteAuditLog, SqliteStore),
    ...accessParts(keyRing),
  ];
}
