/** What is known of a rate that several processes share. A higher version is a later word: whoever lost his (an emptied Redis) is told again. */
export interface KnownRate {
  readonly version: number;
  /** Messages per second of all processes together; null: no limit. */
  readonly limit: number | null;
  /** The rate at which it was limited. */
  readonly from: number;
}

/** What one process tells, and asks for. */
export interface RateReport {
  readonly known: KnownRate;
  /** Answers since the last report, and how many of them were throttled. */
  readonly answers: number;
  readonly throttled: number;
  /** The provider is back: climb from so many per second. */
  readonly rampFrom: number | null;
  /** Messages to send in the next moment; 0: it only tells. */
  readonly wanted: number;
}

export interface RateAnswer {
  readonly known: KnownRate;
  /** What the process may go on with should it hear nothing more, per second; null: no limit. */
  readonly share: number | null;
  readonly granted: number;
  /** With nothing granted: how long until asking is of use, ms. */
  readonly waitMs: number;
}

/** Where the processes that send for one credential meet. Rejects when they cannot. */
export type RateExchange = (report: RateReport) => Promise<RateAnswer>;
