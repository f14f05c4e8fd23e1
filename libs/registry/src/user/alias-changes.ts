import type { Clock, Random } from '#libs/kernel';
import { aliasKey, type Alias, type AliasRepository } from '../alias/alias.repository.ts';
import type { InstallationRepository } from '../installation/installation.repository.ts';
import { AliasTaken } from '../registry-errors.ts';
import { UserWriter } from './update-user.ts';
import type { UserRepository } from './user.repository.ts';
import type { User } from './user.ts';

/** Gives a person exactly the aliases that are wished for. Throws AliasTaken before anything is given or taken away, TooManyConflicts. */
export class ChangeAliases {
  readonly #writer: UserWriter;

  constructor(
    private readonly aliases: AliasRepository,
    private readonly users: UserRepository,
    installations: InstallationRepository,
    clock: Clock,
    random: Random,
  ) {
    this.#writer = new UserWriter(users, installations, clock, random);
  }

  async execute(user: User, wished: readonly Alias[]): Promise<void> {
    const { app, userId } = user;
    const keys = new Set(wished.map((alias) => aliasKey(app, alias)));
    for (const alias of wished) if (await this.#isOfAnother(user, alias)) throw new AliasTaken();
    if (wished.length > 0 && !user.aliased)
      await this.#writer.applyTo(user, (stored) =>
        stored.aliased ? undefined : { user: { ...stored, aliased: true, revision: stored.revision + 1 }, events: [] },
      );
    const had = await this.aliases.ofUser(app, userId);
    const given = new Set(had.map((alias) => aliasKey(app, alias)));
    await this.#claim(user, wished.filter((alias) => !given.has(aliasKey(app, alias)))); // prettier-ignore
    for (const alias of had) if (!keys.has(aliasKey(app, alias))) await this.aliases.release(app, alias, userId);
  }

  /** All or none, though somebody else takes one in the meantime. */
  async #claim({ app, userId }: User, wanted: readonly Alias[]): Promise<void> {
    for (const [at, alias] of wanted.entries()) {
      if ((await this.aliases.claim(app, alias, userId)) === userId) continue;
      for (const claimed of wanted.slice(0, at)) await this.aliases.release(app, claimed, userId);
      throw new AliasTaken();
    }
  }

  /** What points to nobody, or to somebody who turned out to be this user, is free. */
  async #isOfAnother({ app, userId }: User, alias: Alias): Promise<boolean> {
    const holder = await this.aliases.find(app, alias);
    if (holder === undefined || holder === userId) return false;
    const known = await this.users.findById(app, holder);
    if (known && known.userId !== userId) return true;
    await this.aliases.release(app, alias, holder);
    if (known || !(await this.users.findById(app, holder))) return false;
    return (await this.aliases.claim(app, alias, holder)) !== userId; // whom the alias was made for has come in between
  }
}
