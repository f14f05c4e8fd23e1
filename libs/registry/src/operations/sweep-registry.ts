import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';

export interface RegistrySweep {
  readonly claims: number;
  readonly merges: number;
  readonly tombstones: number;
}

/**
 * What a crash left: finishes claims and merges older than `olderThanMs`, and drops tombstones after their 7 days. One bounded step; call it again later.
 */
export class SweepRegistry {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(olderThanMs?: number): Promise<RegistrySweep> {
    throw new Error('not yet');
  }
}
