import type { Answers } from '#libs/sends';

export interface PurgeLimits {
  /** Answers of one app and provider within a send that have to be in before anything is purged, unless no more can come. */
  readonly minAnswers: number;
  /** Above this share of invalid tokens among that many answers, an operator has to look first. */
  readonly maxInvalidShare: number;
}

const purgeLimits: PurgeLimits = { minAnswers: 200, maxInvalidShare: 0.2 };

export type PurgeVerdict = 'purge' | 'wait' | 'hold';

/**
 * The mass-purge breaker (R51): a wrong environment, project or key makes every token look dead, and must not erase an audience.
 * `complete`: no batch of the send for this provider is unsettled, so no more answers come.
 */
export function purgeVerdict({ answers, invalid }: Answers, complete: boolean, limits: PurgeLimits = purgeLimits): PurgeVerdict {
  if (answers < limits.minAnswers) return complete ? 'purge' : 'wait';
  return invalid > answers * limits.maxInvalidShare ? 'hold' : 'purge';
}
