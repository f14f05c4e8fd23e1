import type { AliasRepository, FindUser, FoundUser } from '#libs/registry';
import { userRecordOf } from './user-record.ts';

/** A person as answers show one: with aliases and installations. */
export class ShowUser {
  constructor(
    private readonly findUser: FindUser,
    private readonly aliases: AliasRepository,
  ) {}

  /** Throws UserNotFound. */
  async execute(app: string, externalId: string) {
    return this.of(await this.findUser.execute(app, externalId));
  }

  async of(found: FoundUser) {
    const { app, userId, aliased } = found.user;
    return userRecordOf(found, aliased ? await this.aliases.ofUser(app, userId) : []);
  }
}
