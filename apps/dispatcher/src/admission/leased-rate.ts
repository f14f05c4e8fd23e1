import type { Clock } from '#libs/kernel';
import { AdaptiveRate } from './adaptive-rate.ts';
import type { KnownRate, RateAnswer, RateExchange } from './rate-exchange.ts';
import { RateMeter } from './rate-meter.ts';
import { SendingRate, type Taken } from './sending-rate.ts';

/** What was granted and not used by then is nobody's: a pause must not end in a rush. */
const leaseMs = 1_000;
const aheadMs = 250;
const tellEveryMs = 1_000;
/** News of throttling, which cannot wait. */
const tellSoonMs = 100;
const tryAgainMs = 1_000;

interface Untold {
  answers: number;
  throttled: number;
  rampFrom: number | null;
}

/**
 * A rate that processes share. Each takes tokens ahead, about as many as its share of a quarter of a second, so that it asks at most once a batch
 * and without a limit once a second. While nobody can be asked it goes on with its last share, which may fall and not rise.
 */
export class LeasedRate extends SendingRate {
  readonly #meter = new RateMeter();
  #known: KnownRate;
  #share: number | null = null;
  /** Whether anybody has said yet how fast the others go. */
  #isTold = false;
  #hand = 0;
  #handUntil = 0;
  #nothingBefore = 0;
  #untold: Untold = nothingUntold();
  #asking: Promise<void> | undefined;
  #askedAt = 0;
  #alone: AdaptiveRate | undefined;

  constructor(
    private readonly exchange: RateExchange,
    private readonly clock: Clock,
    /** What holds before anybody has said anything: no limit, unless said. */
    known: KnownRate = { version: 0, limit: null, from: 0 },
  ) {
    super();
    this.#known = known;
  }

  get limit(): number | null {
    return this.#alone ? this.#alone.limit : this.#known.limit;
  }

  measured(now: number): number {
    return this.#meter.perSecond(now);
  }

  async prepare(wanted: number, now: number): Promise<void> {
    if (this.#has(wanted, now)) return;
    if (this.#asking) {
      await this.#asking; // it may bring what is wanted
      if (this.#has(wanted, this.clock.now())) return;
    }
    await this.#ask(wanted);
  }

  take(wanted: number, now: number): Taken {
    if (this.#alone) return this.#alone.take(wanted, now);
    if (this.#known.limit === null) return { granted: wanted, waitMs: 0 };
    const hand = this.#inHand(now);
    if (hand < this.#worthwhile(wanted)) return { granted: 0, waitMs: Math.max(1, this.#nothingBefore - now) };
    const granted = Math.min(wanted, hand);
    this.#hand -= granted;
    return { granted, waitMs: 0 };
  }

  giveBack(messages: number): void {
    if (this.#alone) this.#alone.giveBack(messages);
    else if (this.#known.limit !== null) this.#hand += messages;
  }

  observe(answers: number, throttled: number, now: number): void {
    if (answers === 0) return;
    this.#meter.add(answers, now);
    this.#alone?.observe(answers, throttled, now);
    this.#untold.answers += answers;
    this.#untold.throttled += throttled;
    if (now - this.#askedAt >= this.#nextTelling()) void this.#ask(0);
  }

  rampFrom(perSecond: number, now: number): void {
    this.#alone?.rampFrom(perSecond, now);
    this.#untold.rampFrom = Math.min(this.#untold.rampFrom ?? perSecond, perSecond);
    this.#obeyRamp();
    if (!this.#alone) void this.#ask(0);
  }

  /** A ramp holds here from the start, whenever the others hear of it. */
  #obeyRamp(): void {
    const { rampFrom } = this.#untold;
    if (rampFrom === null) return;
    const limit = Math.min(this.#known.limit ?? rampFrom, rampFrom);
    this.#known = { ...this.#known, limit };
    this.#share = Math.min(this.#share ?? limit, limit);
    this.#hand = 0;
  }

  #nextTelling(): number {
    if (this.#alone) return tryAgainMs;
    return this.#untold.throttled > 0 || this.#untold.rampFrom !== null ? tellSoonMs : tellEveryMs;
  }

  /** Nothing need be asked: there is, as far as we were told, no limit, or enough at hand, or nothing to be had yet, or nobody to ask. */
  #has(wanted: number, now: number): boolean {
    if (this.#alone) return now - this.#askedAt < tryAgainMs;
    if (!this.#isTold) return false;
    return this.#known.limit === null || this.#inHand(now) >= this.#worthwhile(wanted) || now < this.#nothingBefore;
  }

  #inHand(now: number): number {
    if (now >= this.#handUntil) this.#hand = 0;
    return this.#hand;
  }

  #worthwhile(wanted: number): number {
    return Math.max(1, Math.min(wanted, Math.floor((this.#share ?? wanted) / 2)));
  }

  /** One question at a time. Never rejects. */
  #ask(wanted: number): Promise<void> {
    this.#asking ??= this.#exchanged(wanted).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #exchanged(wanted: number): Promise<void> {
    const told = this.#untold;
    this.#untold = nothingUntold();
    this.#askedAt = this.clock.now();
    const ahead = wanted === 0 ? 0 : Math.max(wanted, Math.ceil(((this.#share ?? 0) * aheadMs) / 1_000));
    try {
      this.#learn(await this.exchange({ ...told, known: this.#known, wanted: ahead }), wanted > 0);
    } catch {
      this.#lose(told);
    }
  }

  #learn({ known, share, granted, waitMs }: RateAnswer, hasAsked: boolean): void {
    const now = this.clock.now();
    const learned = this.#alone?.limit ?? null;
    // What this process found out alone about a provider that is thought to be without limit is news for all.
    if (learned !== null && known.limit === null) this.#untold.rampFrom = Math.min(learned, this.#untold.rampFrom ?? learned);
    const isLimited = this.#known.limit !== null && this.#alone === undefined;
    this.#hand = (isLimited ? this.#inHand(now) : 0) + granted;
    if (granted > 0) this.#handUntil = now + leaseMs;
    if (hasAsked) this.#nothingBefore = granted > 0 ? 0 : now + waitMs;
    this.#alone = undefined;
    this.#isTold = true;
    this.#known = known;
    this.#share = share;
    this.#obeyRamp();
  }

  #lose(told: Untold): void {
    this.#untold.rampFrom ??= told.rampFrom;
    const perSecond = this.#share ?? this.#known.limit;
    this.#alone ??= new AdaptiveRate(perSecond === null ? undefined : { perSecond, now: this.clock.now() });
  }
}

function nothingUntold(): Untold {
  return { answers: 0, throttled: 0, rampFrom: null };
}
