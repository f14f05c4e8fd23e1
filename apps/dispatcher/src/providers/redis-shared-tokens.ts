import type { Sealer } from '#libs/access';
import type { RedisClient, WorkLock } from '#libs/coordination';
import type { Clock } from '#libs/kernel';
import { z } from 'zod';
import { pause, type Timer } from '../timer.ts';
import type { Outcome } from './outcome.ts';
import { SharedTokens, isToken, type AccessToken } from './shared-tokens.ts';

const keptToken = z.object({ value: z.string(), expiresAt: z.number() });

/** Longer than an exchange may take (its deadline is 5 s). */
const fetchTurnMs = 6_000;
const lookEveryMs = 50;
const maxLooks = 60;

/** Tokens in Redis, sealed: who reads Redis can send nothing. While it is away every process fetches for itself. */
export class RedisSharedTokens extends SharedTokens {
  constructor(
    private readonly redis: RedisClient,
    private readonly lock: WorkLock,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly timer: Timer,
  ) {
    super();
  }

  async of<T extends AccessToken | Outcome>(
    name: string,
    isFit: (token: AccessToken) => boolean,
    fetch: () => Promise<T>,
  ): Promise<T | AccessToken> {
    const kept = await this.#keptOrTurn(name, isFit);
    if (kept) return kept;
    try {
      const answer = await fetch();
      if (isToken(answer)) await this.#keep(name, answer);
      return answer;
    } finally {
      await this.lock.release(keyOf(name));
    }
  }

  /** What another process has fetched; undefined when it is for this one to fetch, or the other takes too long. */
  async #keptOrTurn(name: string, isFit: (token: AccessToken) => boolean): Promise<AccessToken | undefined> {
    for (let look = 0; look < maxLooks; look += 1) {
      if (look > 0) await pause(this.timer, lookEveryMs);
      const kept = await this.#find(name);
      if (kept && isFit(kept)) return kept;
      if (await this.lock.take(keyOf(name), fetchTurnMs)) return this.#lastLook(name, isFit);
    }
    return undefined;
  }

  /** Between our look and our turn the one before may have kept a token. */
  async #lastLook(name: string, isFit: (token: AccessToken) => boolean): Promise<AccessToken | undefined> {
    const kept = await this.#find(name);
    if (!kept || !isFit(kept)) return undefined;
    await this.lock.release(keyOf(name));
    return kept;
  }

  /** What cannot be read or opened (sealed with another master key, say) is as good as not there. */
  async #find(name: string): Promise<AccessToken | undefined> {
    try {
      const sealed = await this.redis.find(keyOf(name));
      return sealed === undefined ? undefined : keptToken.parse(JSON.parse(this.sealer.open(sealed, keyOf(name))));
    } catch {
      return undefined;
    }
  }

  async #keep(name: string, { value, expiresAt }: AccessToken): Promise<void> {
    const forMs = Math.floor(expiresAt - this.clock.now());
    if (forMs <= 0) return;
    try {
      await this.redis.keep(keyOf(name), this.sealer.seal(JSON.stringify({ value, expiresAt }), keyOf(name)), forMs);
    } catch {
      // Others fetch for themselves.
    }
  }
}

function keyOf(name: string): string {
  return `token:${name}`;
}
