import type { Clock } from '#libs/kernel';
import type { ApnsReason } from './answers.ts';
import type { ProviderTokens, VerifiedToken } from './provider-tokens.ts';
import type { KnownApnsKey } from './traits.ts';

export type ApnsEnvironment = 'production' | 'sandbox';

const oldestMs = 60 * 60_000;
const betweenUpdatesMs = 20 * 60_000;
/** Not documented; clocks differ by seconds. */
const aheadMs = 5 * 60_000;

/** Who may push over one connection. The first provider token that is accepted binds it to a team and key. */
export class ConnectionAuth {
  #current: VerifiedToken | undefined;

  constructor(
    private readonly environment: ApnsEnvironment,
    private readonly tokens: ProviderTokens,
    private readonly clock: Clock,
  ) {}

  /** The key, or why the request may not pass. */
  check(authorization: string | undefined): KnownApnsKey | ApnsReason {
    if (authorization === undefined || !/^bearer ./i.test(authorization)) return 'MissingProviderToken';
    const token = this.#current?.authorization === authorization ? this.#current : this.tokens.find(authorization);
    if (!token) return 'InvalidProviderToken';
    const problem = this.#ageProblem(token) ?? (token === this.#current ? undefined : this.#changeProblem(token));
    if (problem) return problem;
    this.#current = token;
    return token.key;
  }

  #ageProblem({ issuedAtMs }: VerifiedToken): ApnsReason | undefined {
    const age = this.clock.now() - issuedAtMs;
    if (age > oldestMs) return 'ExpiredProviderToken';
    return age < -aheadMs ? 'InvalidProviderToken' : undefined;
  }

  #changeProblem({ key, issuedAtMs }: VerifiedToken): ApnsReason | undefined {
    if (key.environment !== undefined && key.environment !== this.environment) return 'BadEnvironmentKeyIdInToken';
    const bound = this.#current;
    if (!bound) return undefined;
    if (key.teamId !== bound.key.teamId) return 'InvalidProviderToken';
    if (key.keyId !== bound.key.keyId) return 'UnrelatedKeyIdInToken';
    return issuedAtMs - bound.issuedAtMs < betweenUpdatesMs ? 'TooManyProviderTokenUpdates' : undefined;
  }
}
