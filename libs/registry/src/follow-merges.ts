import type { User } from './user.ts';

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
