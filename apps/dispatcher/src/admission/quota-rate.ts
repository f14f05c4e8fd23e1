import { SendingRate, type Taken } from './sending-rate.ts';

/** A credential's rate, within a quota that it may share with other apps. The quota says how much there is; the rate alone learns from answers. */
export class QuotaRate extends SendingRate {
  #quota: SendingRate | undefined;

  constructor(private readonly rate: SendingRate) {
    super();
  }

  /** The quota from now on; undefined: none. */
  keepWithin(quota: SendingRate | undefined): void {
    this.#quota = quota;
  }

  get limit(): number | null {
    return this.rate.limit;
  }

  measured(now: number): number {
    return this.rate.measured(now);
  }

  async prepare(wanted: number, now: number): Promise<void> {
    await this.rate.prepare(wanted, now);
    await this.#quota?.prepare(wanted, now);
  }

  take(wanted: number, now: number): Taken {
    const allowed = this.#quota?.take(wanted, now);
    if (allowed?.granted === 0) return allowed;
    const most = allowed?.granted ?? wanted;
    const taken = this.rate.take(most, now);
    this.#quota?.giveBack(most - taken.granted);
    return taken;
  }

  giveBack(messages: number): void {
    this.rate.giveBack(messages);
    this.#quota?.giveBack(messages);
  }

  observe(answers: number, throttled: number, now: number): void {
    this.rate.observe(answers, throttled, now);
  }

  rampFrom(perSecond: number, now: number): void {
    this.rate.rampFrom(perSecond, now);
  }
}
