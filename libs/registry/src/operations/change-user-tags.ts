import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import type { User } from '../user.ts';
import { changedTags, type TagChange } from '../rules/tag-set.ts';
import { changeOf } from '../rules/user-change.ts';
import { UserWriter } from './user-writer.ts';

export interface UserTagOptions {
  readonly maxTags: number;
  readonly expectedRevision?: number;
}

/**
 * Adds and removes tags of a user, free of races; copied to all installations before it answers.
 * Throws RevisionMismatch, UserNotFound, TooManyTags, TagInvalid, TooManyConflicts.
 */
export class ChangeUserTags {
  readonly #changes: UserWriter;

  constructor(users: UserRepository, installations: InstallationRepository, clock: Clock, random: Random) {
    this.#changes = new UserWriter(users, installations, clock, random);
  }

  async execute(app: string, externalId: string, change: TagChange, options: UserTagOptions): Promise<User> {
    return this.#changes.apply(app, externalId, { ...options, create: false }, (user, now) => {
      const tags = changedTags(user.tags, change, options.maxTags);
      return changeOf(user, { tags }, Math.max(options.maxTags, tags.length), now);
    });
  }
}
