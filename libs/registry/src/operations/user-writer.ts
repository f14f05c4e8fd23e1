import { StaleRevision, type Clock, type Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import { ExternalIdReserved, ExternalIdTaken, RevisionMismatch, UserNotFound } from '../registry-errors.ts';
import { isReservedExternalId } from '../rules/external-id.ts';
import { newUser, type ChangedUserState } from '../rules/user-change.ts';
import type { User } from '../user.ts';
import type { UserRepository } from '../user.repository.ts';
import { retryWhenStale } from './retry-when-stale.ts';

/** What a rule makes of a user; undefined where nothing would be different. */
export type UserRule = (user: User, now: number) => ChangedUserState | undefined;

/** Whether an unknown user is made, and the revision that the stored one must have (null: there must be none; absent: any). */
export interface UserWrite {
  readonly create: boolean;
  readonly expectedRevision?: number | null;
}

/** The one way that a person's data are changed: one conditional write of the user, then its copies, before the caller is answered (P4). */
export class UserWriter {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Throws RevisionMismatch, UserNotFound unless `create`, ExternalIdReserved, TooManyConflicts, and what the rule throws. */
  async apply(app: string, externalId: string, { create, expectedRevision }: UserWrite, rule: UserRule): Promise<User> {
    return retryWhenStale(this.random, async () => {
      const known = await this.users.findByExternalId(app, externalId);
      const stored = known?.revision ?? null;
      if (expectedRevision !== undefined && expectedRevision !== stored) throw new RevisionMismatch(expectedRevision, stored);
      if (!known && !create) throw new UserNotFound();
      if (!known && isReservedExternalId(externalId)) throw new ExternalIdReserved();
      if (!known) return this.#create(app, externalId, rule);
      const change = rule(known, this.clock.now());
      if (!change) return known;
      await this.users.save(change.user, change.events);
      await this.installations.copyUser(change.user);
      return change.user;
    });
  }

  /** A new user has what the rule gives it from the first write on; no installation has a copy yet. */
  async #create(app: string, externalId: string, rule: UserRule): Promise<User> {
    const now = this.clock.now();
    const first = newUser(app, externalId, 'subscribed', now);
    const { user, events } = rule({ ...first, revision: 0 }, now) ?? { user: first, events: [] };
    try {
      await this.users.save(user, events);
    } catch (error) {
      throw error instanceof ExternalIdTaken ? new StaleRevision(externalId, { cause: error }) : error;
    }
    return user;
  }
}
