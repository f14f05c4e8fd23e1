import { RedisScript, type RedisClient } from '#libs/coordination';
import { ActivityClock, MOST_SECONDS_AHEAD } from './activity-clock.ts';

/** KEYS[1]: the last second of an activity; ARGV: how far it may be ahead. Kept until it is in the past. */
const nextSecond = new RedisScript(`
local time = redis.call('TIME')
local now, most = tonumber(time[1]), tonumber(ARGV[1])
local at = math.min(math.max(now, (tonumber(redis.call('GET', KEYS[1]) or '') or 0) + 1), now + most)
redis.call('SET', KEYS[1], at, 'EX', at - now + most)
return at
`);

/** The seconds of activities, for all processes, by the server's clock. While Redis is away each process goes by its own. */
export class RedisActivityClock extends ActivityClock {
  constructor(
    private readonly redis: RedisClient,
    private readonly alone: ActivityClock,
  ) {
    super();
  }

  async next(app: string, activityId: string): Promise<number> {
    try {
      return Number(await this.redis.run(nextSecond, `activity:${app}/${activityId}`, MOST_SECONDS_AHEAD));
    } catch {
      return this.alone.next(app, activityId);
    }
  }
}
