import type { Subscription } from './subscription.ts';

/** A service's members on one topic. */
export type GroupName = Pick<Subscription, 'service' | 'topic'>;

/** How far groups have come, whoever their members are and wherever they run. */
export abstract class GroupPositions {
  /**
   * Whether the group has finished all that entered its topic before `before` (ms), so that none of it stands in the queue any more. A group that has
   * never read has finished nothing of what is there. Throws DependencyUnavailable.
   */
  abstract hasFinished(group: GroupName, before: number): Promise<boolean>;

  /** By partition the offset below which the group has finished everything, as it is stored; a partition it has never read is missing. Throws DependencyUnavailable. */
  abstract of(group: GroupName): Promise<ReadonlyMap<number, number>>;
}
