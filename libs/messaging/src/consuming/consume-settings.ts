/** How a consumer group works; a transport may have other defaults, tests make the times short. */
export interface ConsumeSettings {
  /** Keys that one member of a group handles at the same time, unless its subscription says otherwise. */
  readonly concurrency: number;
  /** Messages of one partition in memory. */
  readonly windowMessages: number;
  /** Characters of one partition in memory. */
  readonly windowChars: number;
  /** Failures of its handler after which an event becomes a dead letter. */
  readonly tries: number;
  /** Pause after the first failure, ms; each later one is four times as long, with jitter. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
  /** Pause of a whole group while a dependency is down, ms; doubles, with jitter. */
  readonly dependencyPauseMs: number;
  readonly maxDependencyPauseMs: number;
  /** Offsets are committed this long after a handler has ended, ms, many together. */
  readonly commitAfterMs: number;
  /** What handlers in flight get when their consumer closes or gives a partition away, ms. */
  readonly drainMs: number;
  /** A consumer looks again after this time even if nothing woke it, ms. */
  readonly pollMs: number;
}

export const consumeDefaults: ConsumeSettings = {
  concurrency: 16,
  windowMessages: 1_000,
  windowChars: 8_388_608,
  tries: 5,
  firstPauseMs: 200,
  maxPauseMs: 10_000,
  dependencyPauseMs: 100,
  maxDependencyPauseMs: 5_000,
  commitAfterMs: 10,
  drainMs: 8_000,
  pollMs: 1_000,
};

/** The pause after the given number of failures, ms: growing, half of it left to chance so that many do not come back at once. */
export function pauseAfter(failures: number, firstMs: number, factor: number, maxMs: number, chance: number): number {
  return Math.min(maxMs, firstMs * factor ** (failures - 1)) * (0.5 + chance / 2);
}
