import { sdkMayWrite, type App } from '#libs/access';
import type { ChangeUserTags, FindUser, UpdateUser, User } from '#libs/registry';
import { type UserPatch, FieldNotWritable, tagsBySdk, type Caller } from '#libs/registry-http';
import type { OwnUserGuard } from './own-user-guard.ts';

/** Changes what is known of a person. A server key makes users that nobody knew; an sdk key changes only its own and only what the app opened. */
export class PatchUser {
  constructor(
    private readonly updateUser: UpdateUser,
    private readonly changeUserTags: ChangeUserTags,
    private readonly findUser: FindUser,
    private readonly ownUser: OwnUserGuard,
  ) {}

  async execute(app: App, externalId: string, patch: UserPatch, caller: Caller): Promise<User> {
    await this.ownUser.check(app, externalId, caller);
    return caller.kind === 'sdk' ? this.#bySdk(app, externalId, patch) : this.#update(app, externalId, patch, true);
  }

  async #bySdk(app: App, externalId: string, { tags, ...patch }: UserPatch): Promise<User> {
    const { user } = await this.findUser.execute(app.id, externalId);
    checkOthers(app, patch);
    const wished = tags === undefined ? undefined : tagsBySdk(app.settings.sdkWritable, 'user.tags', tags ?? [], user.tags);
    const updated = await this.#update(app, externalId, patch, false);
    if (wished === undefined) return updated;
    // As a difference, so that a tag which a server adds meanwhile stays.
    const change = { add: wished.filter((tag) => !user.tags.includes(tag)), remove: user.tags.filter((tag) => !wished.includes(tag)) };
    return this.changeUserTags.execute(app.id, externalId, change, { maxTags: app.settings.maxTags });
  }

  #update(app: App, externalId: string, patch: UserPatch, create: boolean): Promise<User> {
    return this.updateUser.execute(app.id, externalId, patch, { create, maxTags: app.settings.maxTags });
  }
}

function checkOthers({ settings: { sdkWritable } }: App, { subscription, attributes }: UserPatch): void {
  if (subscription !== undefined && !sdkMayWrite(sdkWritable, 'user.subscription')) throw new FieldNotWritable(['/subscription']);
  if (attributes === null && !sdkMayWrite(sdkWritable, 'user.attributes')) throw new FieldNotWritable(['/attributes']);
  const names = Object.keys(attributes ?? {}).filter((name) => !sdkMayWrite(sdkWritable, 'user.attributes', name));
  if (names.length > 0) throw new FieldNotWritable(names.map((name) => `/attributes/${name}`));
}
