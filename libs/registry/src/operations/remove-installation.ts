import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';

/**
 * Deletes an installation; a tombstone keeps its revision for a re-creation. Answers false where there was none.
 * Throws RevisionMismatch, TooManyConflicts.
 */
export class RemoveInstallation {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, installationId: string, expectedRevision?: number): Promise<boolean> {
    throw new Error('not yet');
  }
}
