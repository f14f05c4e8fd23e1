import { newId } from '#libs/kernel';
import { type RedisClient, RedisScript } from '../redis/redis-client.ts';
import { WorkLock } from './work-lock.ts';

/** Longer for its holder, new for whoever finds it free, refused to others. */
const takeLock = new RedisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return 0
`);

/** Only whoever holds it may take it away: a holder that slept past its time must not end the time of the next. */
const releaseLock = new RedisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

/** A key that ends by itself, with a nonce of this process in it. Without Redis everybody works. */
export class RedisWorkLock extends WorkLock {
  readonly #nonce = newId();

  constructor(private readonly redis: RedisClient) {
    super();
  }

  async take(name: string, forMs: number): Promise<boolean> {
    try {
      return (await this.redis.run(takeLock, keyOf(name), this.#nonce, forMs)) === 1;
    } catch {
      return true;
    }
  }

  async release(name: string): Promise<void> {
    try {
      await this.redis.run(releaseLock, keyOf(name), this.#nonce);
    } catch {
      // It ends by itself.
    }
  }
}

function keyOf(name: string): string {
  return `lock:${name}`;
}
