import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from './installation/installation.repository.ts';
import { RetireInstallations, forgetAnonymous } from './installation/retire-installations.ts';
import { FinishTokenClaim } from './token/finish-token-claim.ts';
import { FinishMerge } from './user/finish-merge.ts';
import type { UserPlace, UserRepository } from './user/user.repository.ts';

const defaultAgeMs = 2_000;
const defaultIdleDays = 60;
const tombstoneDays = 7;
const stepSize = 100;
const tombstoneStep = 1_000;
const dayMs = 24 * 60 * 60 * 1_000;
const userStep = 200;
/** A user is stored before the installation that it is made for. */
const strangerAgeMs = 60 * 60 * 1_000;

export interface RegistrySweep {
  readonly claims: number;
  readonly merges: number;
  readonly tombstones: number;
  /** Installations that expired or were silent for too long (R20, R21). */
  readonly retired: number;
  /** Anonymous users without any installation (R20). */
  readonly strangers: number;
}

/**
 * What a crash or time left: finishes merges, and claims older than `olderThanMs` (2 s), drops tombstones after their 7 days, retires installations, and
 * looks through the users, some at a time, for anonymous ones that belong to nothing. One bounded step; call it again later.
 */
export class SweepRegistry {
  readonly #claims: FinishTokenClaim;
  readonly #merges: FinishMerge;
  readonly #retire: RetireInstallations;
  #place: UserPlace | null = null;

  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.#claims = new FinishTokenClaim(installations, clock, random);
    this.#merges = new FinishMerge(users, installations, clock, random);
    this.#retire = new RetireInstallations(installations, users, clock, random);
  }

  /** `idleDays`: after how many without a session a browser loses its token, and an anonymous installation without a token goes. */
  async execute(olderThanMs = defaultAgeMs, idleDays = defaultIdleDays): Promise<RegistrySweep> {
    const now = this.clock.now();
    const claims = await this.installations.findClaims(now - olderThanMs, stepSize);
    for (const { app, id } of claims) await this.#claims.execute(app, id);
    const merges = await this.users.findMerged(stepSize);
    for (const { app, userId } of merges) await this.#merges.execute(app, userId);
    const tombstones = await this.installations.dropTombstones(now - tombstoneDays * dayMs, tombstoneStep);
    const retired = await this.#retire.execute(idleDays * dayMs, stepSize);
    return {
      claims: claims.length,
      merges: merges.length,
      tombstones,
      retired,
      strangers: await this.#forgetStrangers(now - strangerAgeMs),
    };
  }

  async #forgetStrangers(createdBefore: number): Promise<number> {
    const { users, next } = await this.users.pageOfAnonymous(this.#place, userStep);
    this.#place = next;
    let forgotten = 0;
    for (const user of users)
      if (user.createdAt < createdBefore && (await forgetAnonymous(this.users, this.installations, this.random, user))) forgotten += 1;
    return forgotten;
  }
}
