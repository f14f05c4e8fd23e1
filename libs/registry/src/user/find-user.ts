import type { InstallationRepository } from '../installation/installation.repository.ts';
import type { Installation } from '../installation/installation.ts';
import { UserNotFound } from '../registry-errors.ts';
import type { UserRepository } from './user.repository.ts';
import type { User } from './user.ts';

export interface FoundUser {
  readonly user: User;
  readonly installations: readonly Installation[];
}

/**
 * Finds a person with the installations that are theirs (at most 1,000, in key order). Throws UserNotFound.
 */
export class FindUser {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
  ) {}

  async execute(app: string, externalId: string): Promise<FoundUser> {
    const user = await this.users.findByExternalId(app, externalId);
    if (!user) throw new UserNotFound();
    return { user, installations: await this.installations.findByUser(app, user.userId) };
  }
}
