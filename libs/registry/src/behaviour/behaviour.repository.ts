import type { TrackedEvent, UserEvents } from './behaviour.ts';

/** What people did, summed for each of them and each name of an event. All calls may throw DependencyUnavailable. */
export abstract class BehaviourRepository {
  /**
   * Counts events of one user, each id once (of the last 256 of its name). Answers for each whether it is new. All of them or, after a crash, the first few: doing it again is
   * doing it once. Throws StaleRevision where the user has been merged or is gone: find out who it is now; TooManyEventNames.
   */
  abstract count(app: string, userId: string, events: readonly TrackedEvent[]): Promise<readonly boolean[]>;
  /** Those of at most 100 events that `count` would count now, each id once; it changes nothing. Throws TooManyEventNames. */
  abstract uncounted(app: string, userId: string, events: readonly TrackedEvent[]): Promise<readonly TrackedEvent[]>;
  abstract ofUser(app: string, userId: string): Promise<UserEvents>;
  /** Of each of at most 1,000 users what is kept under the names; users without any are left out. */
  abstract ofUsers(app: string, userIds: readonly string[], names: readonly string[]): Promise<ReadonlyMap<string, UserEvents>>;
  /** What one user did becomes another's, whatever both did already. Safe to repeat. */
  abstract move(app: string, fromUserId: string, toUserId: string): Promise<void>;
  /** Answers how many names went. */
  abstract removeOf(app: string, userId: string): Promise<number>;
}
