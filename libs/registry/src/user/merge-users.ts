import { StaleRevision, type Clock, type Random } from '#libs/kernel';
import type { Alias, AliasRepository } from '../alias/alias.repository.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { AliasOfKnownUser, ExternalIdReserved, ExternalIdTaken, UserNotFound } from '../registry-errors.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { isReservedExternalId } from './external-id.ts';
import { FinishMerge } from './finish-merge.ts';
import type { UserRepository } from './user.repository.ts';
import { identifiedAs, mergedInto, type User } from './user.ts';

/** R34: one person turns out to be another: devices, aliases and deeds move, and the first one goes. Safe to repeat after a crash at any point. */
export class MergeUsers {
  readonly #finish: FinishMerge;

  constructor(
    private readonly users: UserRepository,
    installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.#finish = new FinishMerge(users, installations, clock, random);
  }

  /** By user ids. Answers `gone` where the first is there no more, as after its merge. Throws TooManyConflicts. */
  async execute(
    app: string,
    from: string,
    into: string,
    { mergeCustomAttributes }: Pick<RegistrySettings, 'mergeCustomAttributes'>,
  ): Promise<'merged' | 'same' | 'gone' | 'target_gone'> {
    const begun = await retryWhenStale(this.random, async () => {
      const [user, target] = [await this.users.findUnmerged(app, from), await this.users.findById(app, into)];
      if (!user) return 'gone';
      if (user.mergedInto !== null) return 'merged';
      if (!target) return 'target_gone';
      if (target.userId === user.userId) return 'same';
      const change = mergedInto(user, target, mergeCustomAttributes, this.clock.now());
      await this.users.save(change.user, change.events);
      return 'merged';
    });
    if (begun === 'merged') await this.#finish.execute(app, from);
    return begun;
  }
}

export interface IdentifiedUser {
  readonly user: User;
  readonly result: 'identified' | 'merged' | 'unchanged';
}

/** R33: somebody known by an alias alone gets the app's own id, or turns out to be whoever has it. */
export class IdentifyUser {
  readonly #merge: MergeUsers;

  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly aliases: AliasRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.#merge = new MergeUsers(users, installations, clock, random);
  }

  /** Throws UserNotFound, AliasOfKnownUser, ExternalIdReserved, TooManyConflicts. */
  async execute(app: string, alias: Alias, externalId: string, settings: RegistrySettings): Promise<IdentifiedUser> {
    if (isReservedExternalId(externalId)) throw new ExternalIdReserved();
    return retryWhenStale(this.random, async () => {
      const user = await this.#named(app, alias);
      if (user.externalId === externalId) return { user, result: 'unchanged' };
      if (user.externalId !== null) throw new AliasOfKnownUser();
      const known = await this.users.findByExternalId(app, externalId);
      if (!known) return { user: await this.#identify(user, externalId), result: 'identified' };
      await this.#merge.execute(app, user.userId, known.userId, settings);
      return { user: (await this.users.findById(app, known.userId)) ?? known, result: 'merged' };
    });
  }

  async #named(app: string, alias: Alias): Promise<User> {
    const userId = await this.aliases.find(app, alias);
    const user = userId === undefined ? undefined : await this.users.findById(app, userId);
    if (!user) throw new UserNotFound();
    return user;
  }

  async #identify(user: User, externalId: string): Promise<User> {
    const change = identifiedAs(user, externalId, this.clock.now());
    try {
      await this.users.save(change.user, change.events);
    } catch (error) {
      throw error instanceof ExternalIdTaken ? new StaleRevision(user.userId, { cause: error }) : error;
    }
    await this.installations.copyUser(change.user);
    return change.user;
  }
}
