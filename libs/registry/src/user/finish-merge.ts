import type { Clock, Random } from '#libs/kernel';
import { InstallationDraft } from '../installation/installation-draft.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { giveTo } from '../installation/owner.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import type { UserRepository } from './user.repository.ts';
import { changeOf, filledFrom, type User } from './user.ts';

const pageSize = 100;

/**
 * Moves what a merged user still owns to the user it turned out to be, then removes it (P4, Merge); for the merge itself, for the consumer of
 * `user.merged.v1` and for the sweep. A user that is not merged stays as it is. Throws TooManyConflicts.
 */
export class FinishMerge {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, userId: string): Promise<void> {
    await retryWhenStale(this.random, async () => {
      const merged = await this.users.findUnmerged(app, userId);
      const target = merged && merged.mergedInto !== null ? await this.users.findById(app, userId) : undefined;
      if (!merged || !target) return;
      const user = await this.#fill(target, merged);
      await this.users.moveMarks(merged, user);
      await this.#move(merged, user);
      await this.users.moveBelongings(merged, user);
      await this.users.remove(merged);
    });
  }

  async #fill(target: User, merged: User): Promise<User> {
    const filled = changeOf(target, filledFrom(target, merged), Infinity, this.clock.now());
    const isToBeAliased = merged.aliased && !target.aliased;
    if (!filled && !isToBeAliased) return target;
    const change = filled ?? { user: { ...target, revision: target.revision + 1 }, events: [] };
    const user = { ...change.user, aliased: target.aliased || merged.aliased };
    await this.users.save(user, change.events);
    await this.installations.copyUser(user);
    return user;
  }

  /** Page by page until none is left; one that was changed in between comes again. */
  async #move(merged: User, user: User): Promise<void> {
    for (;;) {
      const installations = await this.installations.findByUser(merged.app, merged.userId, pageSize);
      if (installations.length === 0) return;
      for (const installation of installations) {
        const draft = InstallationDraft.after(installation, this.clock.now());
        giveTo(draft, { kind: 'merged', user }, { onUserChange: 'keep' });
        const change = draft.finish();
        await this.installations.save(change.installation, change.events, change.ledger);
      }
    }
  }
}
