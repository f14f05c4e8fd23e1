import { SqliteStore } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency/idempotency.repository.ts';
import { SqliteIdempotencyRepository } from './idempotency/sqlite-idempotency.repository.ts';
import { sdkLimitsOf } from './keys/sdk-limits-of.ts';
import { defaultSdkLimits, type SdkLimitOptions } from './keys/sdk-limits.ts';

/** What ApiModule needs in the embedded runtime. Expects RateLimiter and SqliteStore (migrated by `idempotencyMigrations`). */
export function sqliteApi(sdkLimits: SdkLimitOptions = defaultSdkLimits): FactoryProvider[] {
  return [
    { provide: IdempotencyRepository, useFactory: (store: SqliteStore) => new SqliteIdempotencyRepository(store), inject: [SqliteStore] },
    sdkLimitsOf(sdkLimits),
  ];
}
