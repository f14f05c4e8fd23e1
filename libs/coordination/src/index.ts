export { RedisClient } from './redis/redis-client.ts';
export type { RedisClientOptions } from './redis/redis-options.ts';
export { RedisScript } from './redis/redis-script.ts';
export { WorkLock } from './locks/work-lock.ts';
export { SoleWorkLock } from './locks/sole-work-lock.ts';
export { RedisWorkLock } from './locks/redis-work-lock.ts';
