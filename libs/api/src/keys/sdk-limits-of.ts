import type { FactoryProvider } from '@nestjs/common';
import { RateLimiter } from './rate-limiter.ts';
import { SdkLimits, type SdkLimitOptions } from './sdk-limits.ts';

export function sdkLimitsOf(options: SdkLimitOptions): FactoryProvider<SdkLimits> {
  return { provide: SdkLimits, useFactory: (limiter: RateLimiter) => new SdkLimits(limiter, options), inject: [RateLimiter] };
}
