import { Sealer } from '#libs/access';
import { RedisClient, WorkLock } from '#libs/coordination';
import { Clock } from '#libs/kernel';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { RedisProviderRates } from './admission/redis-provider-rates.ts';
import { ProviderRates } from './admission/sending-rate.ts';
import { Timer } from './admission/timer.ts';
import { RedisSharedTokens } from './providers/redis-shared-tokens.ts';
import { SharedTokens } from './providers/shared-tokens.ts';

/** What dispatchers share through Redis, beside `redisCoordination()` of the process. */
export const redisDispatching: FactoryProvider[] = [
  provideAs(ProviderRates, RedisProviderRates, RedisClient, Clock),
  provideAs(SharedTokens, RedisSharedTokens, RedisClient, WorkLock, Sealer, Clock, Timer),
];
