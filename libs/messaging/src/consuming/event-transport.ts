import type { Subscription } from './subscription.ts';

/** How far a group is behind on a topic. */
export interface GroupLag {
  readonly group: string;
  readonly topic: string;
  /** Events not yet committed. */
  readonly messages: number;
  /** Age of the oldest of them, ms; 0 when there is none. */
  readonly oldestMs: number;
}

/** How many members a group has, in all processes. */
export interface GroupSize {
  readonly group: string;
  readonly topic: string;
  readonly members: number;
}

/** One member of a consumer group. */
export interface GroupMembership {
  /** Takes nothing new, gives handlers in flight `drainMs`, commits what is finished and leaves the group. Never rejects. */
  close(): Promise<void>;
}

/** Brings events from their topics to consumer groups, at least once, and in order within a key. */
export abstract class EventTransport {
  /** Joins the group; its members share the topic's partitions. Resolves when this one has taken its share. */
  abstract subscribe(subscription: Subscription): Promise<GroupMembership>;
  /** Of every group of the platform, whoever its members are, and of those that were joined here. Throws DependencyUnavailable. */
  abstract lag(): Promise<readonly GroupLag[]>;
  /** Of the same groups; 0 where nobody is in one. Throws DependencyUnavailable. */
  abstract sizes(): Promise<readonly GroupSize[]>;
  /** Closes every membership. */
  abstract close(): Promise<void>;
}
