import type { Clock, Random } from '#libs/kernel';
import { RevisionMismatch } from '../registry-errors.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import type { UserRepository } from '../user/user.repository.ts';
import type { InstallationRepository } from './installation.repository.ts';
import { forgetAnonymous, removal } from './retire-installations.ts';

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
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, installationId);
      if (expectedRevision !== undefined && expectedRevision !== current?.revision) {
        throw new RevisionMismatch(expectedRevision, current?.revision ?? null);
      }
      if (!current) return false;
      const { installation, events, ledger } = removal(current, 'deleted', this.clock.now());
      await this.installations.save(installation, events, ledger, current);
      if (current.externalId === null) await forgetAnonymous(this.users, this.installations, this.random, current);
      return true;
    });
  }
}
