import { MemoryRateLimiter, RateLimiter, RedisRateLimiter } from '#libs/api';
import { RedisClient, RedisWorkLock, WorkLock } from '#libs/coordination';
import { Clock, Random } from '#libs/kernel';
import type { FactoryProvider, OnApplicationShutdown } from '@nestjs/common';
import { PlatformSettingsOf } from './platform-settings.ts';
import { provideAs } from './provide.ts';
import type { DependencyCheck } from './readiness.ts';

/** The process's connection; it ends after everything that uses it. */
class ProcessRedis extends RedisClient implements OnApplicationShutdown {
  onApplicationShutdown(): void {
    this.close();
  }
}

/** What processes share through Redis. Expects Clock, Random and PlatformSettingsOf; the start fails with RedisPolicyUnfit. */
export function redisCoordination(): FactoryProvider[] {
  return [
    {
      provide: RedisClient,
      useFactory: async ({ settings }: PlatformSettingsOf, random: Random) => {
        const redis = new ProcessRedis({ url: settings.REDIS_URL, keyPrefix: settings.REDIS_KEY_PREFIX }, random);
        await redis.prepare();
        return redis;
      },
      inject: [PlatformSettingsOf, Random],
    },
    provideAs(WorkLock, RedisWorkLock, RedisClient),
    {
      provide: RateLimiter,
      useFactory: (redis: RedisClient, clock: Clock) => new RedisRateLimiter(redis, new MemoryRateLimiter(clock)),
      inject: [RedisClient, Clock],
    },
  ];
}

/** For Readiness: a process without Redis serves all the same. */
export function redisCheck(redis: RedisClient): DependencyCheck {
  return { name: 'redis', vital: false, check: () => redis.trouble() };
}
