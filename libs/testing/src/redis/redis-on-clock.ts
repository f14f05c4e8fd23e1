import { setImmediate as nextTurn } from 'node:timers/promises';
import { RedisClient, type RedisScript } from '#libs/coordination';
import { Random, newId } from '#libs/kernel';
import type { FixedClock } from '../index.ts';

/** No jitter. */
export class NoChance extends Random {
  next(): number {
    return 0.5;
  }
}

/** Redis, for the length of a test at the time of a fixed clock: what scripts ask the server for. Keys of two clients meet only under one prefix. */
export class RedisOnClock extends RedisClient {
  /** Scripts that were run so far. */
  runs = 0;
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    url: string,
    private readonly clock: FixedClock,
    keyPrefix = freshPrefix(),
  ) {
    super({ url, keyPrefix }, new NoChance(), quiet);
  }

  override run(script: RedisScript, key: string, ...values: readonly (string | number)[]): Promise<unknown> {
    const now = this.clock.now();
    const time = `{ '${Math.floor(now / 1_000)}', '${(now % 1_000) * 1_000}' }`;
    const running = super.run({ source: script.source.replaceAll(`redis.call('TIME')`, time), sha: '0' }, key, ...values);
    this.runs += 1;
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  /** Resolves when nothing is being asked any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    await nextTurn();
  }
}

/** A client that says nothing. */
export function redisAt(url: string, keyPrefix = freshPrefix()): RedisClient {
  return new RedisClient({ url, keyPrefix }, new NoChance(), quiet);
}

export function freshPrefix(): string {
  return `test:${newId()}:`;
}

const quiet = { warn: () => undefined, log: () => undefined };
