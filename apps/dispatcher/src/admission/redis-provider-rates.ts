import { RedisScript, type RedisClient } from '#libs/coordination';
import { newId, type Clock } from '#libs/kernel';
import { z } from 'zod';
import { LeasedRate } from './leased-rate.ts';
import type { RateAnswer, RateReport } from './rate-exchange.ts';
import { ProviderRates, type SendingRate } from './sending-rate.ts';
import { EXCHANGE_RATE } from './rate-script.ts';

const exchangeRate = new RedisScript(EXCHANGE_RATE);

/** Numbers come back as texts, and no limit as an empty one. */
const number = z.coerce.number();
const limit = z.union([z.literal('').transform(() => null), number]);
const answer = z.tuple([number, limit, number, limit, number, number]);

/** One rate for a credential, however many processes send with it: each bucket is a hash in Redis that one script reads and writes. */
export class RedisProviderRates extends ProviderRates {
  readonly #process = newId();

  constructor(
    private readonly redis: RedisClient,
    private readonly clock: Clock,
  ) {
    super();
  }

  of(name: string): SendingRate {
    return new LeasedRate((report) => this.#exchange(name, report), this.clock);
  }

  async #exchange(name: string, { known, answers, throttled, rampFrom, wanted }: RateReport): Promise<RateAnswer> {
    const told = [answers, throttled, rampFrom ?? '', wanted, known.version, known.limit ?? '', known.from];
    const [version, now, from, share, granted, waitMs] = answer.parse(
      await this.redis.run(exchangeRate, `rate:${name}`, this.#process, ...told),
    );
    return { known: { version, limit: now, from }, share, granted, waitMs };
  }
}
