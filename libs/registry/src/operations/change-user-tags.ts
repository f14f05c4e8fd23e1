import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import type { User } from '../user.ts';
import type { TagChange } from './change-installation-tags.ts';

/**
 * Adds and removes tags of a user, free of races; copied to all installations before it answers.
 * Throws UserNotFound, TooManyTags, TagInvalid, TooManyConflicts.
 */
export class ChangeUserTags {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, externalId: string, change: TagChange, options: { maxTags: number }): Promise<User> {
    throw new Error('not yet');
  }
}
