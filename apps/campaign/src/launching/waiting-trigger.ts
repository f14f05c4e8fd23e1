import type { Variables } from '#libs/sends';
import type { EventCondition } from '../campaigns/schedule.ts';

/** A user who entered a campaign whose message waits for its time. Instants in ms. */
export interface WaitingTrigger {
  readonly app: string;
  /** Of the send that it becomes: the same cause always has the same. */
  readonly id: string;
  readonly campaign: string;
  /** External id. */
  readonly user: string;
  /** `held`: its time came while the campaign was paused; `cancelled`: kept a while, so that its cause does not make it again. */
  readonly state: 'waiting' | 'held' | 'cancelled';
  readonly dueAt: number;
  /** Cancels it while it waits. */
  readonly unless: EventCondition | null;
  /** What the texts call `event`. */
  readonly event: Variables;
  readonly createdAt: number;
}

/** When a user last entered a campaign that does not take everybody again at once. */
export interface TriggerEntry {
  readonly app: string;
  readonly campaign: string;
  readonly user: string;
  /** 1 at first, +1 with every write. */
  readonly revision: number;
  readonly enteredAt: number;
  /** The trigger it was made for: a cause that is repeated finds its own. */
  readonly triggerId: string;
}

/** All calls may throw DependencyUnavailable. */
export abstract class WaitingTriggers {
  /** False, and nothing stored, where one of its id is there. */
  abstract insert(trigger: WaitingTrigger): Promise<boolean>;
  /** Those that wait and whose time has come (ms), longest due first. */
  abstract findDue(now: number, limit: number): Promise<readonly WaitingTrigger[]>;
  /** Those of a user that wait or are held, and that an event of this name may cancel. */
  abstract findCancellable(app: string, user: string, event: string): Promise<readonly WaitingTrigger[]>;
  /** Changes one that waits or is held; safe to repeat. */
  abstract mark(trigger: WaitingTrigger, state: 'held' | 'cancelled'): Promise<void>;
  /** Lets some of a campaign that are held wait again; answers how many. */
  abstract release(app: string, campaign: string, limit: number): Promise<number>;
  /** Safe to repeat. */
  abstract remove(app: string, id: string): Promise<void>;
  /** Drops some that were cancelled and due before an instant (ms); answers how many. */
  abstract dropCancelled(before: number, limit: number): Promise<number>;

  abstract findEntry(app: string, campaign: string, user: string): Promise<TriggerEntry | undefined>;
  /** Stores it if the stored revision is `entry.revision - 1` (1: not stored). Throws StaleRevision. */
  abstract saveEntry(entry: TriggerEntry): Promise<void>;
}
