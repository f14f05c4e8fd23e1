import { DependencyUnavailable, type Random } from '#libs/kernel';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { RedisPolicyUnfit, harmless, wordsOf } from './redis-errors.ts';
import { driverOptions, secretsIn, type RedisClientOptions } from './redis-options.ts';
import { RedisSubscriber } from './redis-subscriber.ts';
import { createHash } from 'node:crypto';

export interface RedisLog {
  warn(message: string): void;
  log(message: string): void;
}

/**
 * One connection to Redis. It is opened with the first use and again whenever it is lost; a command never waits for that, and fails with
 * DependencyUnavailable while Redis is away or does not answer within its deadline. Nothing that matters lives there.
 */
export class RedisClient {
  readonly #redis: Redis;
  readonly #secrets: readonly string[];
  readonly #keyPrefix: string;
  readonly #subscribers: RedisSubscriber[] = [];
  /** Why Redis is of no use now. */
  #trouble: string | undefined = 'is not connected yet';
  #policy: 'unknown' | 'unfit' | 'fit' = 'unknown';
  #opening: Promise<void> | undefined;
  #closed = false;

  constructor(
    options: RedisClientOptions,
    random: Random,
    private readonly log: RedisLog = new Logger('Redis'),
  ) {
    this.#secrets = secretsIn(options.url);
    this.#keyPrefix = options.keyPrefix;
    this.#redis = new Redis(options.url, driverOptions(options, random));
    this.#redis.on('error', (error: unknown) => {
      this.#lost(harmless(error, this.#secrets).message);
    });
    this.#redis.on('close', () => {
      this.#lost(this.#trouble ?? 'the connection was closed'); // the error that came before says more
    });
    this.#redis.on('ready', () => {
      void this.#found();
    });
  }

  /**
   * For the start of a process: connects, and throws RedisPolicyUnfit where keys would be evicted. A Redis that cannot be reached is no reason
   * not to start; `trouble` says so.
   */
  async prepare(): Promise<void> {
    await this.#opened();
    if (this.#redis.status !== 'ready') return;
    await this.#checkPolicy();
    if (this.#policy === 'unfit') throw new RedisPolicyUnfit(await this.#policyName());
  }

  /** Why Redis is of no use now, in words for an operator; undefined while it is. */
  trouble(): string | undefined {
    return this.#policy === 'unfit' ? 'its maxmemory-policy is not noeviction' : this.#trouble;
  }

  /** Runs a script on one key. Throws DependencyUnavailable. */
  async run(script: RedisScript, key: string, ...values: readonly (string | number)[]): Promise<unknown> {
    return this.#ask(async (redis) => {
      try {
        return await redis.evalsha(script.sha, 1, key, ...values);
      } catch (error) {
        if (!wordsOf(error).startsWith('NOSCRIPT')) throw error;
        return redis.eval(script.source, 1, key, ...values); // a server that was restarted or flushed knows it again from here on
      }
    });
  }

  /** Throws DependencyUnavailable. */
  async find(key: string): Promise<string | undefined> {
    return (await this.#ask((redis) => redis.get(key))) ?? undefined;
  }

  /** Keeps a text for so long. Throws DependencyUnavailable. */
  async keep(key: string, text: string, forMs: number): Promise<void> {
    await this.#ask((redis) => redis.set(key, text, 'PX', forMs));
  }

  /** Keeps a text unless there is one; false: there is. Throws DependencyUnavailable. */
  async keepFirst(key: string, text: string, forMs: number): Promise<boolean> {
    return (await this.#ask((redis) => redis.set(key, text, 'PX', forMs, 'NX'))) === 'OK';
  }

  /** Another connection, which tells `hear` the channels that something is published on. It ends with this client. */
  subscriber(hear: (channel: string) => void): RedisSubscriber {
    const connection = this.#redis.duplicate({ keyPrefix: '', autoResubscribe: false });
    const subscriber = new RedisSubscriber(connection, this.#keyPrefix, hear, (reason) => {
      this.log.warn(`Redis lets nobody listen: ${harmless(new Error(reason), this.#secrets).message}; live streams are slower`);
    });
    this.#subscribers.push(subscriber);
    return subscriber;
  }

  /** The connections end; whoever asks later is told that Redis is away. */
  close(): void {
    this.#closed = true;
    this.#redis.disconnect();
    for (const subscriber of this.#subscribers) subscriber.close();
  }

  async #ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    await this.#opened();
    try {
      return await question(this.#redis);
    } catch (error) {
      throw new DependencyUnavailable('Redis', { cause: harmless(error, this.#secrets) });
    }
  }

  /** The first use waits for the connection, or for its failure; later ones find what is there. */
  #opened(): Promise<void> {
    this.#opening ??= this.#redis.connect().catch(() => undefined);
    return this.#opening;
  }

  async #found(): Promise<void> {
    if (this.#trouble !== undefined) this.log.log('Redis is there');
    this.#trouble = undefined;
    await this.#checkPolicy();
  }

  #lost(reason: string): void {
    if (this.#trouble === undefined && !this.#closed) this.log.warn(`Redis is away: ${reason}; each process goes on with what it has`);
    this.#trouble = reason;
  }

  async #checkPolicy(): Promise<void> {
    try {
      this.#policy = (await this.#policyName()) === 'noeviction' ? 'fit' : 'unfit';
    } catch (error) {
      const { message } = harmless(error, this.#secrets);
      this.log.warn(`Redis does not tell its maxmemory-policy, which has to be noeviction: ${message}`);
    }
  }

  async #policyName(): Promise<string> {
    const [, policy = 'unknown'] = await this.#redis.config('GET', 'maxmemory-policy');
    return policy;
  }
}

/** A Lua script that Redis runs as one step. It takes the time from the server (`redis.call('TIME')`): the clocks of processes differ. */
export class RedisScript {
  /** The name that the server keeps it by. */
  readonly sha: string;

  constructor(readonly source: string) {
    this.sha = createHash('sha1').update(source).digest('hex');
  }
}
