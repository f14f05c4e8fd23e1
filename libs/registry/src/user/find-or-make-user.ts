import { StaleRevision, type Clock, type Random } from '#libs/kernel';
import type { Alias, AliasRepository } from '../alias/alias.repository.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { ExternalIdReserved, ExternalIdTaken, InstallationNotFound, UserNotFound } from '../registry-errors.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { isReservedExternalId } from './external-id.ts';
import type { UserRepository } from './user.repository.ts';
import { newUser, type User } from './user.ts';

/** How callers name a person: by the app's own id, by an alias, or as whoever owns an installation. */
export type UserName = { readonly externalId: string } | { readonly alias: Alias } | { readonly installation: string };

/** Finds whom a caller names, and makes a person whose name is new; an installation makes nobody. */
export class FindOrMakeUser {
  constructor(
    private readonly users: UserRepository,
    private readonly installations: InstallationRepository,
    private readonly aliases: AliasRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Undefined where nobody is known by the name. */
  async find(app: string, name: UserName): Promise<User | undefined> {
    if ('externalId' in name) return this.users.findByExternalId(app, name.externalId);
    if ('installation' in name) {
      const installation = await this.installations.findById(app, name.installation);
      return installation && this.users.findById(app, installation.userId);
    }
    const userId = await this.aliases.find(app, name.alias);
    return userId === undefined ? undefined : this.users.findById(app, userId);
  }

  /** Throws InstallationNotFound, UserNotFound, ExternalIdReserved, TooManyConflicts. */
  async execute(app: string, name: UserName): Promise<User> {
    const known = await this.find(app, name);
    if (known) return known;
    if ('installation' in name) {
      if (!(await this.installations.findById(app, name.installation))) throw new InstallationNotFound(name.installation);
      const owner = await this.find(app, name); // it may have come between the two
      if (!owner) throw new UserNotFound();
      return owner;
    }
    if ('externalId' in name && isReservedExternalId(name.externalId)) throw new ExternalIdReserved();
    return retryWhenStale(this.random, async () => (await this.find(app, name)) ?? this.#make(app, name));
  }

  /**
   * An alias points to its user before that is stored: what a crash leaves between the two, the next caller makes. Until then the alias names nobody, and
   * somebody known may be given it: whoever was made for it then goes again.
   */
  async #make(app: string, name: Exclude<UserName, { installation: string }>): Promise<User> {
    const first = newUser(app, 'externalId' in name ? name.externalId : null, 'subscribed', this.clock.now());
    const user = 'alias' in name ? { ...first, userId: await this.aliases.claim(app, name.alias, first.userId), aliased: true } : first;
    try {
      await this.users.save(user, []);
    } catch (error) {
      throw error instanceof ExternalIdTaken ? new StaleRevision(user.userId, { cause: error }) : error;
    }
    if (!('alias' in name) || (await this.aliases.claim(app, name.alias, user.userId)) === user.userId) return user;
    await this.users.remove(user);
    throw new StaleRevision(user.userId);
  }
}
