import type { DomainEvent } from '#libs/events';
import type { User } from './user.ts';

/** A place in the list of all users. */
export type UserPlace = Pick<User, 'app' | 'userId'>;

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
  /** Anonymous, unmerged users among the next `limit` of all users in key order, and where to go on: null at the end. For a sweep, bounded however many there are. */
  abstract pageOfAnonymous(
    after: UserPlace | null,
    limit: number,
  ): Promise<{ readonly users: readonly User[]; readonly next: UserPlace | null }>;
  /** The next `limit` users of an app in the order of their ids, after one of them; '' for the first. Merged ones too. */
  abstract pageOf(app: string, after: string, limit: number): Promise<readonly User[]>;
  /** Aliases, and what the one did, become the other's: of a merge, before the one goes. Safe to repeat. */
  abstract moveBelongings(from: User, to: User): Promise<void>;
  /** What counts for the one by frequency caps counts for the other: of a merge, before installations move. Safe to repeat. Throws StaleRevision. */
  abstract moveMarks(from: User, to: User): Promise<void>;
  /** Removes the user, with what it did, if it is still as it was read (its revision). Answers whether it went. */
  abstract remove(user: User): Promise<boolean>;
}

/** The documents themselves, merged or not; ids nobody has are left out. */
export type UsersById = (app: string, userIds: readonly string[]) => Promise<readonly User[]>;

/** Merges chain only where a user that others were merged into is merged itself; more hops than this are no chain but a fault. */
const maxHops = 100;

/** Of each user of one app the one that it has become, itself unless it was merged; one look-up for each hop of the longest chain. */
export async function followMerges(users: readonly User[], findMany: UsersById): Promise<readonly (User | undefined)[]> {
  const app = users[0]?.app ?? '';
  let last: readonly (User | undefined)[] = users;
  for (let hops = 0; hops < maxHops; hops += 1) {
    const next = new Set<string>();
    for (const user of last) if (user && user.mergedInto !== null) next.add(user.mergedInto);
    if (next.size === 0) return last;
    const found = new Map((await findMany(app, [...next])).map((user) => [user.userId, user]));
    last = last.map((user) => (user && user.mergedInto !== null ? found.get(user.mergedInto) : user));
  }
  return last;
}

/** What the users asked for have become, by what they were asked for with. */
export async function keyedUsers(
  asked: readonly User[],
  keyOf: (user: User) => string,
  findMany: UsersById,
): Promise<ReadonlyMap<string, User>> {
  const users = await followMerges(asked, findMany);
  const keyed = new Map<string, User>();
  for (const [at, one] of asked.entries()) if (users[at]) keyed.set(keyOf(one), users[at]);
  return keyed;
}

/** Nobody's name or alias is known, and it was not merged into somebody. */
export function isAnonymous({ externalId, mergedInto, aliased }: User): boolean {
  return externalId === null && mergedInto === null && !aliased;
}
