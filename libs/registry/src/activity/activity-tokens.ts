import type { ActivityPlace, ActivityToken } from './activity-token.ts';

/** Push tokens of Live Activities. They go with their installation, and each at its time. All calls may throw DependencyUnavailable. */
export abstract class ActivityTokens {
  /** In the place of the one that stood there; beyond 50 the installation's oldest goes. */
  abstract put(token: ActivityToken): Promise<void>;

  /** False where there was none. With `fingerprint` only that very token, registered at `registeredBy` (ms) or before. */
  abstract remove(
    app: string,
    installationId: string,
    place: ActivityPlace,
    only?: { readonly fingerprint: string; readonly registeredBy: number },
  ): Promise<boolean>;

  /** In the order of the ids; undefined where an installation has none for this. At most 1,000 ids. */
  abstract of(app: string, installationIds: readonly string[], place: ActivityPlace): Promise<readonly (ActivityToken | undefined)[]>;

  /** Those that are for one place, by installation; at most `limit`. */
  abstract at(app: string, place: ActivityPlace, limit: number): Promise<readonly ActivityToken[]>;

  /** Those whose time was over at `now` (ms) go; at most `limit`. Answers how many. */
  abstract dropExpired(now: number, limit: number): Promise<number>;
}
