import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';

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
    throw new Error('not yet');
  }
}
