import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import type { AttributeValue, Subscription } from '../installation.ts';
import type { User } from '../user.ts';

export interface UserChange {
  readonly subscription?: Subscription;
  /** Replaces the whole set; null clears it. */
  readonly tags?: readonly string[] | null;
  /** Sets the keys given; null removes one. `attributes: null` removes all. */
  readonly attributes?: Readonly<Record<string, AttributeValue | null>> | null;
}

export interface UpdateUserOptions {
  /** Make the user when nobody has the external id. */
  readonly create: boolean;
  readonly maxTags: number;
}

/**
 * Changes what is known of a person, and copies it to all installations before it answers (R37): a send that follows at once sees it.
 * Throws UserNotFound unless `create`, TooManyTags, TagInvalid, TooManyAttributes, TooManyConflicts.
 */
export class UpdateUser {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, externalId: string, change: UserChange, options: UpdateUserOptions): Promise<User> {
    throw new Error('not yet');
  }
}
