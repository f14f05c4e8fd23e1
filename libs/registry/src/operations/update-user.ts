import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import { changeOf, type UserChange } from '../rules/user-change.ts';
import type { User } from '../user.ts';
import { UserWriter, type UserWrite } from './user-writer.ts';

export interface UpdateUserOptions extends UserWrite {
  readonly maxTags: number;
}

/**
 * Changes what is known of a person, and copies it to all installations before it answers (R37): a send that follows at once sees it.
 * Throws RevisionMismatch, UserNotFound unless `create`, TooManyTags, TagInvalid, TooManyAttributes, TooManyConflicts.
 */
export class UpdateUser {
  readonly #changes: UserWriter;

  constructor(users: UserRepository, installations: InstallationRepository, clock: Clock, random: Random) {
    this.#changes = new UserWriter(users, installations, clock, random);
  }

  async execute(app: string, externalId: string, change: UserChange, options: UpdateUserOptions): Promise<User> {
    return this.#changes.apply(app, externalId, options, (user, now) => changeOf(user, change, options.maxTags, now));
  }
}
