import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';

/**
 * Repairs the copies of a user that its installations carry, after a crash between the two writes; for the consumers of `user.subscription_changed.v1` and
 * `user.attributes_changed.v1`. Answers how many installations were behind.
 */
export class CopyUserToInstallations {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
  ) {}

  async execute(app: string, userId: string): Promise<number> {
    const user = await this.users.findById(app, userId);
    return user ? this.installations.copyUser(user) : 0;
  }
}
