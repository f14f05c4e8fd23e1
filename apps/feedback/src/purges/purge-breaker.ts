import type { ProviderAnswers } from '#libs/sends';

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
export function purgeVerdict({ answers, invalid }: ProviderAnswers, complete: boolean, limits: PurgeLimits = purgeLimits): PurgeVerdict {
  if (answers < limits.minAnswers) return complete ? 'purge' : 'wait';
  return invalid > answers * limits.maxInvalidShare ? 'hold' : 'purge';
}

/** Whether so many answers of one app and provider are enough to judge by. */
export function enoughAnswers(answers: number, { minAnswers }: PurgeLimits = purgeLimits): boolean {
  return answers >= minAnswers;
}

/**
 * Whether what is held of one send is let go of because of a later send of the same app and provider: that one is below the limit, so that the cause is gone,
 * or it was answered at least as often and is held itself, so that its hold stands for both. What is not held is never let go of.
 */
export function endsHold(earlier: ProviderAnswers, later: ProviderAnswers, limits: PurgeLimits = purgeLimits): boolean {
  if (purgeVerdict(earlier, true, limits) !== 'hold' || !enoughAnswers(later.answers, limits)) return false;
  return purgeVerdict(later, true, limits) === 'purge' || later.answers >= earlier.answers;
}
