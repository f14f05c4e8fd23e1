import { RedisScript, type RedisClient } from '#libs/coordination';
import { RateLimiter, type RateLimit } from './rate-limiter.ts';

/**
 * KEYS[1] bucket; ARGV: calls a second, burst. Answers the ms to wait, 0 when the call was taken. A bucket that would be full by now is
 * forgotten: one that is not there is full.
 */
const takeCall = new RedisScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local rate, burst = ARGV[1] / 1000, tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
local wait = 0
if tokens < 1 then wait = math.ceil((1 - tokens) / rate) else tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.3f', math.max(now, at)))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / rate) + 1000)
return wait
`);

/**
 * Token buckets that all processes share, by the server's clock. While Redis is away each process counts for itself: a client gets as much as
 * the limit from each process that it reaches, never nothing and never more. A Redis that was emptied knows nobody, and a new caller has a full bucket: nobody's
 * first call may be refused.
 */
export class RedisRateLimiter extends RateLimiter {
  constructor(
    private readonly redis: RedisClient,
    private readonly alone: RateLimiter,
  ) {
    super();
  }

  async take(name: string, limit: RateLimit): Promise<number> {
    try {
      return Number(await this.redis.run(takeCall, `calls:${name}`, limit.perSecond, limit.burst));
    } catch {
      return this.alone.take(name, limit);
    }
  }
}
