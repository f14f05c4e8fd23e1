import { type Clock, type Random, StaleRevision } from '#libs/kernel';
import { changedTags, type TagChange } from '../audience/tag-set.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { ExternalIdReserved, ExternalIdTaken, RevisionMismatch, UserNotFound } from '../registry-errors.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { isReservedExternalId } from './external-id.ts';
import type { UserRepository } from './user.repository.ts';
import { changeOf, type UserChange, type User, newUser, type ChangedUserState } from './user.ts';

export interface UpdateUserOptions extends UserWrite {
  readonly maxTags: number;
}

/**
 * Changes what is known of a person, and copies it to all installations before it answers (R37): a send that follows at once sees it.
 * Throws RevisionMismatch, UserNotFound unless `create`, TooManyTags, TagInvalid, TooManyAttributes, TooManyConflicts.
 */
export class UpdateUser {
  readonly #changes: UserWriter;

  constructor(users: UserRepository, installations: InstallationRepository, clock: Clock, random: Random) {
    this.#changes = new UserWriter(users, installations, clock, random);
  }

  async execute(app: string, externalId: string, change: UserChange, options: UpdateUserOptions): Promise<User> {
    return this.#changes.apply(app, externalId, options, (user, now) => changeOf(user, change, options.maxTags, now));
  }
}

interface UserTagOptions {
  readonly maxTags: number;
  readonly expectedRevision?: number;
}

/**
 * Adds and removes tags of a user, free of races; copied to all installations before it answers.
 * Throws RevisionMismatch, UserNotFound, TooManyTags, TagInvalid, TooManyConflicts.
 */
export class ChangeUserTags {
  readonly #changes: UserWriter;

  constructor(users: UserRepository, installations: InstallationRepository, clock: Clock, random: Random) {
    this.#changes = new UserWriter(users, installations, clock, random);
  }

  async execute(app: string, externalId: string, change: TagChange, options: UserTagOptions): Promise<User> {
    return this.#changes.apply(app, externalId, { ...options, create: false }, (user, now) => {
      const tags = changedTags(user.tags, change, options.maxTags);
      return changeOf(user, { tags }, Math.max(options.maxTags, tags.length), now);
    });
  }
}

/** What a rule makes of a user; undefined where nothing would be different. */
type UserRule = (user: User, now: number) => ChangedUserState | undefined;

/** Whether an unknown user is made, and the revision that the stored one must have (null: there must be none; absent: any). */
interface UserWrite {
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
      return this.#change(known, rule);
    });
  }

  /** The same of a user that was just found: it is read again only where another write came first. Throws UserNotFound, TooManyConflicts, and what the rule throws. */
  async applyTo(found: User, rule: UserRule): Promise<User> {
    let read: User | undefined = found;
    return retryWhenStale(this.random, async () => {
      const user: User | undefined = read ?? (await this.users.findById(found.app, found.userId));
      read = undefined;
      if (!user) throw new UserNotFound();
      return this.#change(user, rule);
    });
  }

  async #change(user: User, rule: UserRule): Promise<User> {
    const change = rule(user, this.clock.now());
    if (!change) return user;
    await this.users.save(change.user, change.events);
    await this.installations.copyUser(change.user);
    return change.user;
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
