import { RedisScript, type RedisClient } from '#libs/coordination';
import { BoundedMap, newId, type Clock } from '#libs/kernel';
import { z } from 'zod';
import { LeasedRate } from './leased-rate.ts';
import type { RateAnswer, RateReport } from './rate-exchange.ts';
import type { ProviderQuota } from '../providers/push-provider.ts';
import { ProviderRates, type SendingRate } from './sending-rate.ts';
import { EXCHANGE_RATE } from './rate-script.ts';

const maxQuotas = 1_000;
const exchangeRate = new RedisScript(EXCHANGE_RATE);

/** Numbers come back as texts, and no limit as an empty one. */
const number = z.coerce.number();
const limit = z.union([z.literal('').transform(() => null), number]);
const answer = z.tuple([number, limit, number, limit, number, number]);

/** One rate for a credential, however many processes send with it: each bucket is a hash in Redis that one script reads and writes. */
export class RedisProviderRates extends ProviderRates {
  readonly #process = newId();
  readonly #quotas = new BoundedMap<SendingRate>(maxQuotas);

  constructor(
    private readonly redis: RedisClient,
    private readonly clock: Clock,
  ) {
    super();
  }

  of(name: string): SendingRate {
    return new LeasedRate((report) => this.#exchange(name, report), this.clock);
  }

  within({ name, perMinute }: ProviderQuota): SendingRate {
    const [key, limit] = [`quota:${name} ${perMinute}`, perMinute / 60];
    const known = { version: 1, limit, from: limit };
    return this.#quotas.get(key) ?? this.#quotas.set(key, new LeasedRate((report) => this.#exchange(key, report), this.clock, known));
  }

  async #exchange(name: string, { known, answers, throttled, rampFrom, wanted }: RateReport): Promise<RateAnswer> {
    const told = [answers, throttled, rampFrom ?? '', wanted, known.version, known.limit ?? '', known.from];
    const [version, now, from, share, granted, waitMs] = answer.parse(
      await this.redis.run(exchangeRate, `rate:${name}`, this.#process, ...told),
    );
    return { known: { version, limit: now, from }, share, granted, waitMs };
  }
}
