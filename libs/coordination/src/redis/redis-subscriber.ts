import type { Redis } from 'ioredis';
import { wordsOf } from './redis-errors.ts';

const pulseMs = 5_000;

/**
 * A connection of its own for what others publish: opened with the first channel, again whenever it is lost, and looked after, so that a server that
 * has fallen silent is noticed. While it is away nothing is heard, and nothing fails.
 */
export class RedisSubscriber {
  readonly #wanted = new Set<string>();
  readonly #heard = new Set<string>();
  #pulse: NodeJS.Timeout | undefined;

  constructor(
    private readonly redis: Redis,
    /** Stands before every channel on the server. */
    private readonly prefix: string,
    /** Told of a channel whenever something was published on it, and when it is heard from now on, after the first time too. */
    private readonly hear: (channel: string) => void,
    /** A server that lets nobody listen says so here, once a connection. */
    private readonly refused: (reason: string) => void,
  ) {
    redis.on('error', () => undefined); // the client beside it says why Redis is away
    redis.on('close', () => {
      this.#heard.clear();
    });
    redis.on('ready', () => {
      void this.#subscribe([...this.#wanted]);
    });
    redis.on('message', (channel: string) => {
      this.hear(channel.slice(prefix.length));
    });
  }

  hears(channel: string): boolean {
    return this.#heard.has(channel);
  }

  join(channel: string): void {
    if (this.#wanted.has(channel)) return;
    this.#wanted.add(channel);
    this.#open();
    void this.#subscribe([channel]);
  }

  leave(channel: string): void {
    this.#wanted.delete(channel);
    this.#heard.delete(channel);
    if (this.#isReady()) this.redis.unsubscribe(this.prefix + channel).catch(() => undefined); // the next connection begins without it
  }

  close(): void {
    clearInterval(this.#pulse);
    this.redis.disconnect();
  }

  #isReady(): boolean {
    return this.redis.status === 'ready';
  }

  #open(): void {
    if (this.#pulse) return;
    this.redis.connect().catch(() => undefined);
    this.#pulse = setInterval(() => {
      if (this.#isReady()) this.redis.ping().catch(() => undefined); // the driver ends a connection on which no answer comes
    }, pulseMs).unref();
  }

  async #subscribe(channels: readonly string[]): Promise<void> {
    if (!this.#isReady() || channels.length === 0) return;
    try {
      await this.redis.subscribe(...channels.map((channel) => this.prefix + channel));
    } catch (error) {
      if (this.#isReady()) this.refused(wordsOf(error));
      return;
    }
    for (const channel of channels.filter((one) => this.#wanted.has(one))) {
      this.#heard.add(channel);
      this.hear(channel);
    }
  }
}
