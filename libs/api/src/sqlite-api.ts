import { SqliteStore } from '#libs/storage';
import { provideAs } from '#libs/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency/idempotency.repository.ts';
import { SqliteIdempotencyRepository } from './idempotency/sqlite-idempotency.repository.ts';
import { sdkLimitsOf } from './keys/sdk-limits-of.ts';
import { defaultSdkLimits, type SdkLimitOptions } from './keys/sdk-limits.ts';

/** What ApiModule needs in the embedded runtime. Expects RateLimiter and SqliteStore (migrated by `idempotencyMigrations`). */
export function sqliteApi(sdkLimits: SdkLimitOptions = defaultSdkLimits): FactoryProvider[] {
  return [provideAs(IdempotencyRepository, SqliteIdempotencyRepository, SqliteStore), sdkLimitsOf(sdkLimits)];
}
