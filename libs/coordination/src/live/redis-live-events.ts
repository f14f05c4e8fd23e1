import { type RedisClient, RedisScript } from '../redis/redis-client.ts';
import type { RedisSubscriber } from '../redis/redis-subscriber.ts';
import { Listeners } from './listeners.ts';
import { LiveEvents, type Hints } from './live-events.ts';

/** One command for all channels that something was told on. */
const tellAll = new RedisScript(`
for _, channel in ipairs(ARGV) do redis.call('PUBLISH', KEYS[1] .. channel, '') end
return 0
`);

const place = 'live:';
/** What is told meanwhile goes together: no channel is told more often, and no process says more. */
const restMs = 250;
const maxUntold = 1_000;

/**
 * Publish and subscribe. What is told within a quarter of a second is said at once, above 1,000 channels in that time the rest is lost.
 * Without Redis nothing is heard; when it is back, every channel is, once.
 */
export class RedisLiveEvents extends LiveEvents {
  readonly #subscriber: RedisSubscriber;
  readonly #listeners = new Listeners((channel) => {
    this.#subscriber.leave(place + channel);
  });
  readonly #untold = new Set<string>();
  #isResting = false;

  constructor(private readonly redis: RedisClient) {
    super();
    this.#subscriber = redis.subscriber((channel) => {
      this.#listeners.hear(channel.slice(place.length));
    });
  }

  tell(channel: string): void {
    if (this.#untold.size >= maxUntold) return;
    this.#untold.add(channel);
    if (!this.#isResting) this.#say();
  }

  listen(channel: string, signal: AbortSignal): Hints {
    const hints = this.#listeners.add(channel, signal, this.#subscriber.hears(place + channel));
    if (!signal.aborted) this.#subscriber.join(place + channel);
    return hints;
  }

  #say(): void {
    const channels = [...this.#untold];
    this.#untold.clear();
    this.#isResting = true;
    setTimeout(() => {
      this.#isResting = false;
      if (this.#untold.size > 0) this.#say();
    }, restMs).unref();
    this.redis.run(tellAll, place, ...channels).catch(() => undefined); // whoever listens looks by itself
  }
}
