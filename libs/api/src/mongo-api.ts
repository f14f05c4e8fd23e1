import { MongoStore } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import { IdempotencyRepository } from './idempotency/idempotency.repository.ts';
import { MongoIdempotencyRepository } from './idempotency/mongo-idempotency.repository.ts';
import { sdkLimitsOf } from './keys/sdk-limits-of.ts';
import { defaultSdkLimits, type SdkLimitOptions } from './keys/sdk-limits.ts';

/** What ApiModule needs in the distributed runtime. Expects RateLimiter and MongoStore (prepared with `idempotencyCollections`). */
export function mongoApi(sdkLimits: SdkLimitOptions = defaultSdkLimits): FactoryProvider[] {
  return [
    { provide: IdempotencyRepository, useFactory: (store: MongoStore) => new MongoIdempotencyRepository(store), inject: [MongoStore] },
    sdkLimitsOf(sdkLimits),
  ];
}
