import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';

/**
 * Finishes the move of a token to the installation that claims it (P3, steps 3 and 4); for the claimant itself, for the consumer of
 * `installation.token_claimed.v1` and for the sweep. Without a claim nothing happens. Throws TooManyConflicts.
 */
export class FinishTokenClaim {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, installationId: string): Promise<void> {
    throw new Error('not yet');
  }
}
