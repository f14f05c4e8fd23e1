import type { Clock, ErasureKeys, Random } from '#libs/kernel';
import { StaleRevision } from '#libs/kernel';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { erasedInstallation } from '../installation/retire-installations.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import type { UserRepository } from '../user/user.repository.ts';
import type { ErasedPerson } from './erased-person.ts';

const pageSize = 100;

/**
 * Takes users and their devices away. The user goes first: from then on whoever has its external id is somebody new, and a call that gave it a device meanwhile finds out
 * and gives the device to that one. Safe to repeat. Throws TooManyConflicts.
 */
export class EraseUser {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly keys: ErasureKeys,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Answers how many users went. */
  async removeUsers(app: string, { userIds }: ErasedPerson): Promise<number> {
    let removed = 0;
    for (const userId of userIds) if (await this.#user(app, userId)) removed += 1;
    return removed;
  }

  /** All devices that users of the person own: tombstones without a token, a user, tags or attributes. Answers how many went. */
  async removeDevices(app: string, { userIds }: ErasedPerson): Promise<number> {
    let removed = 0;
    for (const userId of userIds) {
      for (let found = await this.#owned(app, userId); found.length > 0; found = await this.#owned(app, userId)) {
        for (const id of found) if (await this.#device(app, id, userId)) removed += 1;
      }
    }
    return removed;
  }

  async #user(app: string, userId: string): Promise<boolean> {
    return retryWhenStale(this.random, async () => {
      const user = await this.users.findUnmerged(app, userId);
      if (!user) return false;
      if (!(await this.users.remove(user))) throw new StaleRevision(userId);
      return true;
    });
  }

  async #owned(app: string, userId: string): Promise<readonly string[]> {
    return (await this.installations.findByUser(app, userId, pageSize)).map(({ id }) => id);
  }

  async #device(app: string, id: string, userId: string): Promise<boolean> {
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, id);
      if (current?.userId !== userId) return false; // it is somebody else's by now
      const { installation, events, ledger } = erasedInstallation(current, this.keys.pseudonym(app, userId), this.clock.now());
      await this.installations.save(installation, events, ledger, current);
      return true;
    });
  }
}
