import type { App } from '#libs/access';
import type { Precondition } from '#libs/api';
import { UserNotFound, type ChangeUserTags, type TagChange, type User, type UserRepository } from '#libs/registry';
import { checkSdkMayTag, type Caller } from '#libs/registry-http';
import type { OwnUserGuard } from './own-user-guard.ts';
import { checkedUser } from './user-record.ts';

/** Adds and removes tags of a person, free of races; an sdk key only its own user's, and only those that the app opened. */
export class TagUser {
  constructor(
    private readonly changeUserTags: ChangeUserTags,
    private readonly ownUser: OwnUserGuard,
    private readonly users: UserRepository,
  ) {}

  async execute(app: App, externalId: string, change: TagChange, caller: Caller, expected: Precondition | undefined): Promise<User> {
    await this.ownUser.check(app, externalId, caller);
    if (caller.kind === 'sdk') checkSdkMayTag(app.settings.sdkWritable, 'user.tags', change);
    const user = await this.users.findByExternalId(app.id, externalId);
    if (!user) throw new UserNotFound();
    const { expectedRevision } = checkedUser(expected, user);
    return this.changeUserTags.execute(app.id, externalId, change, {
      maxTags: app.settings.maxTags,
      ...(typeof expectedRevision === 'number' && { expectedRevision }),
    });
  }
}
