import type { ProviderQuota } from '../providers/push-provider.ts';

/** How fast one credential may send. Instants in ms. */
export abstract class SendingRate {
  /** Messages per second; null: no limit. */
  abstract get limit(): number | null;
  /** Messages answered to this process per second, over the last seconds. */
  abstract measured(now: number): number;
  /** Has at hand what `take` may give, where that is not in this process. Never throws and never takes long. */
  abstract prepare(wanted: number, now: number): Promise<void>;
  /** Takes up to `wanted` messages; with none, says how long until a number is there that is worth a round. */
  abstract take(wanted: number, now: number): Taken;
  /** What was taken and not sent. */
  abstract giveBack(messages: number): void;
  /** What came back, and how much of it was throttled by the provider as a whole. */
  abstract observe(answers: number, throttled: number, now: number): void;
  /** After an outage the rate climbs by so much each second, for a minute, instead of coming back all at once. */
  abstract rampFrom(perSecond: number, now: number): void;
}

export interface Taken {
  readonly granted: number;
  readonly waitMs: number;
}

/** The rates of credentials, by a name of the app at the provider. */
export abstract class ProviderRates {
  abstract of(name: string): SendingRate;
  /** A quota, as a rate that never changes: for whoever has the same name it is the same. */
  abstract within(quota: ProviderQuota): SendingRate;
}
