import { MemoryRateLimiter, RateLimiter, RedisRateLimiter } from '#libs/api';
import {
  LiveEvents,
  MemorySharedCache,
  RedisClient,
  RedisLiveEvents,
  RedisSharedCache,
  RedisWorkLock,
  SharedCache,
  WorkLock,
} from '#libs/coordination';
import { Clock } from '#libs/kernel';
import { provideAs } from '../wiring/provide.ts';
import type { FactoryProvider } from '@nestjs/common';

/** What processes share through Redis. Expects RedisClient and Clock. */
export function redisCoordination(): FactoryProvider[] {
  return [
    provideAs(WorkLock, RedisWorkLock, RedisClient),
    {
      provide: RateLimiter,
      useFactory: (redis: RedisClient, clock: Clock) => new RedisRateLimiter(redis, new MemoryRateLimiter(clock)),
      inject: [RedisClient, Clock],
    },
    provideAs(LiveEvents, RedisLiveEvents, RedisClient),
    {
      provide: SharedCache,
      useFactory: (redis: RedisClient, clock: Clock) => new RedisSharedCache(redis, new MemorySharedCache(clock), clock),
      inject: [RedisClient, Clock],
    },
  ];
}
