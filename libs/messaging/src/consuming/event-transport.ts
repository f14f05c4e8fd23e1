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

/** One member of a consumer group. */
export interface GroupMembership {
  /** Takes nothing new, gives handlers in flight `drainMs`, commits what is finished and leaves the group. Never rejects. */
  close(): Promise<void>;
}

/** Brings events from their topics to consumer groups, at least once, and in order within a key. */
export abstract class EventTransport {
  /** Joins the group; its members share the topic's partitions. Resolves when this one has taken its share. */
  abstract subscribe(subscription: Subscription): Promise<GroupMembership>;
  abstract lag(): Promise<readonly GroupLag[]>;
  /** Closes every membership. */
  abstract close(): Promise<void>;
}
