import { Clock } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { MongoStore } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { accessParts } from './access-parts.ts';
import { AppRepository } from './apps/app.repository.ts';
import { CachedAppRepository } from './apps/cached-app.repository.ts';
import { MongoAppRepository } from './apps/mongo-app.repository.ts';
import { AuditLog } from './audit/audit-log.ts';
import { MongoAuditLog } from './audit/mongo-audit-log.ts';
import { ErrandDesk } from './errands/errand-desk.ts';
import { MongoErrandDesk } from './errands/mongo-errand-desk.ts';
import { CredentialRepository } from './credentials/credential.repository.ts';
import { MongoCredentialRepository } from './credentials/mongo-credential.repository.ts';
import { FreshReads } from './fresh-reads.ts';
import { HaltRepository } from './halts/halt.repository.ts';
import { MongoHaltRepository } from './halts/mongo-halt.repository.ts';
import { ApiKeyRepository } from './keys/api-key.repository.ts';
import { CachedApiKeyRepository } from './keys/cached-api-key.repository.ts';
import type { KeyRingOptions } from './keys/key-ring.ts';
import { MongoApiKeyRepository } from './keys/mongo-api-key.repository.ts';

/** Apps, keys, credentials and audit on MongoDB. Expects Clock, MongoStore (prepared with `accessCollections`), Outbox and Sealer. */
export function mongoAccess(keyRing: KeyRingOptions): FactoryProvider[] {
  return [
    {
      provide: AppRepository,
      useFactory: (store: MongoStore, outbox: Outbox) => new CachedAppRepository(new MongoAppRepository(store, outbox), new FreshReads()),
      inject: [MongoStore, Outbox],
    },
    {
      provide: ApiKeyRepository,
      useFactory: (store: MongoStore, outbox: Outbox) =>
        new CachedApiKeyRepository(new MongoApiKeyRepository(store, outbox), new FreshReads()),
      inject: [MongoStore, Outbox],
    },
    provideAs(CredentialRepository, MongoCredentialRepository, MongoStore, Outbox),
    provideAs(HaltRepository, MongoHaltRepository, MongoStore, Outbox),
    provideAs(ErrandDesk, MongoErrandDesk, MongoStore, Clock),
    provideAs(AuditLog, MongoAuditLog, MongoStore),
    ...accessParts(keyRing),
  ];
}
