export { OwnRedis } from './own-redis.ts';
export { NoChance, RedisOnClock, freshPrefix, redisAt } from './redis-on-clock.ts';
