import type { App } from '#libs/access';
import type { ChangeUserTags, TagChange, User } from '#libs/registry';
import { checkSdkMayTag, type Caller } from '#libs/registry-http';
import type { OwnUserGuard } from './own-user-guard.ts';

/** Adds and removes tags of a person, free of races; an sdk key only its own user's, and only those that the app opened. */
export class TagUser {
  constructor(
    private readonly changeUserTags: ChangeUserTags,
    private readonly ownUser: OwnUserGuard,
  ) {}

  async execute(app: App, externalId: string, change: TagChange, caller: Caller): Promise<User> {
    await this.ownUser.check(app, externalId, caller);
    if (caller.kind === 'sdk') checkSdkMayTag(app.settings.sdkWritable, 'user.tags', change);
    return this.changeUserTags.execute(app.id, externalId, change, { maxTags: app.settings.maxTags });
  }
}
