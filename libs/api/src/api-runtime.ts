import { SqliteStore, MongoStore } from '#libs/storage';
import { provideAs, provideWith } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency/idempotency.repository.ts';
import { SqliteIdempotencyRepository } from './idempotency/sqlite-idempotency.repository.ts';
import { RateLimiter } from './keys/rate-limiter.ts';
import { SdkLimits, defaultSdkLimits, type SdkLimitOptions } from './keys/sdk-limits.ts';
import { MongoIdempotencyRepository } from './idempotency/mongo-idempotency.repository.ts';

/** What ApiModule needs in the embedded runtime. Expects RateLimiter and SqliteStore (migrated by `idempotencyMigrations`). */
export function sqliteApi(sdkLimits: SdkLimitOptions = defaultSdkLimits): FactoryProvider[] {
  return [provideAs(IdempotencyRepository, SqliteIdempotencyRepository, SqliteStore), provideWith(SdkLimits, sdkLimits, RateLimiter)];
}

/** What ApiModule needs in the distributed runtime. Expects RateLimiter and MongoStore (prepared with `idempotencyCollections`). */
export function mongoApi(sdkLimits: SdkLimitOptions = defaultSdkLimits): FactoryProvider[] {
  return [provideAs(IdempotencyRepository, MongoIdempotencyRepository, MongoStore), provideWith(SdkLimits, sdkLimits, RateLimiter)];
}
