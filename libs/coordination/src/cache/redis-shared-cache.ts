import type { Clock } from '#libs/kernel';
import type { z } from 'zod';
import type { RedisClient } from '../redis/redis-client.ts';
import { SharedCache, type CachedValue } from './shared-cache.ts';

/** Keys that end by themselves. While Redis is away each process has the values that it made itself. */
export class RedisSharedCache extends SharedCache {
  readonly #asked = new Map<string, Promise<unknown>>();

  constructor(
    private readonly redis: RedisClient,
    private readonly alone: SharedCache,
    private readonly clock: Clock,
  ) {
    super();
  }

  async of<T>(name: string, value: CachedValue<T>): Promise<T> {
    const asked = this.#asked.get(name) as Promise<T> | undefined;
    if (asked) return asked;
    const found = this.#findOrMake(name, value).finally(() => this.#asked.delete(name));
    this.#asked.set(name, found);
    return found;
  }

  async #findOrMake<T>(name: string, value: CachedValue<T>): Promise<T> {
    let text: string | undefined;
    try {
      text = await this.redis.find(keyOf(name));
    } catch {
      return this.alone.of(name, value);
    }
    const kept = valueIn(text, value.shape);
    return kept === undefined ? this.#make(name, value) : kept;
  }

  async #make<T>(name: string, { forMs, make }: CachedValue<T>): Promise<T> {
    const beganAt = this.clock.now();
    const made = await make();
    const leftMs = forMs - (this.clock.now() - beganAt);
    if (leftMs > 0) await this.#keep(name, made, leftMs);
    return made;
  }

  async #keep(name: string, value: unknown, forMs: number): Promise<void> {
    try {
      await this.redis.keep(keyOf(name), JSON.stringify(value), forMs);
    } catch {
      // The others make it themselves.
    }
  }
}

function valueIn<T>(text: string | undefined, shape: z.ZodType<T>): T | undefined {
  if (text === undefined) return undefined;
  try {
    return shape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function keyOf(name: string): string {
  return `cache:${name}`;
}
