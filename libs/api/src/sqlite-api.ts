import { SqliteStore } from '#libs/storage';
import { provideAs, provideWith } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency/idempotency.repository.ts';
import { SqliteIdempotencyRepository } from './idempotency/sqlite-idempotency.repository.ts';
import { RateLimiter } from './keys/rate-limiter.ts';
import { SdkLimits, defaultSdkLimits, type SdkLimitOptions } from './keys/sdk-limits.ts';

/** What ApiModule needs in the embedded runtime. Expects RateLimiter and SqliteStore (migrated by `idempotencyMigrations`). */
export function sqliteApi(sdkLimits: SdkLimitOptions = defaultSdkLimits): FactoryProvider[] {
  return [provideAs(IdempotencyRepository, SqliteIdempotencyRepository, SqliteStore), provideWith(SdkLimits, sdkLimits, RateLimiter)];
}
