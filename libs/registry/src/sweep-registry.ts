import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from './installation/installation.repository.ts';
import { FinishTokenClaim } from './token/finish-token-claim.ts';
import { FinishMerge } from './user/finish-merge.ts';
import type { UserRepository } from './user/user.repository.ts';

const defaultAgeMs = 2_000;
const tombstoneAgeMs = 7 * 24 * 60 * 60 * 1_000;
const stepSize = 100;
const tombstoneStep = 1_000;

export interface RegistrySweep {
  readonly claims: number;
  readonly merges: number;
  readonly tombstones: number;
}

/**
 * What a crash left: finishes merges, and claims older than `olderThanMs` (2 s), and drops tombstones after their 7 days. One bounded step; call it again later.
 */
export class SweepRegistry {
  readonly #claims: FinishTokenClaim;
  readonly #merges: FinishMerge;

  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    random: Random,
  ) {
    this.#claims = new FinishTokenClaim(installations, clock, random);
    this.#merges = new FinishMerge(users, installations, clock, random);
  }

  async execute(olderThanMs = defaultAgeMs): Promise<RegistrySweep> {
    const now = this.clock.now();
    const claims = await this.installations.findClaims(now - olderThanMs, stepSize);
    for (const { app, id } of claims) await this.#claims.execute(app, id);
    const merges = await this.users.findMerged(stepSize);
    for (const { app, userId } of merges) await this.#merges.execute(app, userId);
    const tombstones = await this.installations.dropTombstones(now - tombstoneAgeMs, tombstoneStep);
    return { claims: claims.length, merges: merges.length, tombstones };
  }
}
