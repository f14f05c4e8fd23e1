import type { DomainEvent } from '#libs/events';
import type { User } from './user.ts';

/** Users. Look-ups by id or external id follow `mergedInto`. All calls may throw DependencyUnavailable. */
export abstract class UserRepository {
  abstract findById(app: string, userId: string): Promise<User | undefined>;
  /** The document itself, merged or not: for merges and their sweep. */
  abstract findUnmerged(app: string, userId: string): Promise<User | undefined>;
  abstract findByExternalId(app: string, externalId: string): Promise<User | undefined>;
  /** By id, merges followed; for a batch. At most 1,000 ids. */
  abstract findByIds(app: string, userIds: readonly string[]): Promise<ReadonlyMap<string, User>>;
  /** By external id; ids nobody has are left out. At most 1,000 ids. */
  abstract findByExternalIds(app: string, externalIds: readonly string[]): Promise<ReadonlyMap<string, User>>;
  /**
   * Stores user and events together, if the stored revision is `user.revision - 1` (1: not stored).
   * Throws StaleRevision, or ExternalIdTaken when another user has the external id.
   */
  abstract save(user: User, events: readonly DomainEvent[]): Promise<void>;
  /** Merged users whose installations may not have moved yet, for the sweep; at most `limit`. */
  abstract findMerged(limit: number): Promise<readonly User[]>;
  /** Removes the user if it is still as it was read (its revision). Answers whether it went. */
  abstract remove(user: User): Promise<boolean>;
}
