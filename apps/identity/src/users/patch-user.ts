import { sdkMayWrite, type App, type SdkWritable } from '#libs/access';
import type { Precondition } from '#libs/api';
import type { ChangeAliases, ChangeUserTags, FindUser, UpdateUser, UpdateUserOptions, User, UserRepository } from '#libs/registry';
import { type UserPatch, FieldNotWritable, tagsBySdk, type Caller } from '#libs/registry-http';
import type { OwnUserGuard } from './own-user-guard.ts';
import { checkedUser } from './user-record.ts';

type OwnPatch = Omit<UserPatch, 'aliases'>;

/** Changes what is known of a person. A server key makes users that nobody knew; an sdk key changes only its own and only what the app opened. */
export class PatchUser {
  constructor(
    private readonly updateUser: UpdateUser,
    private readonly changeUserTags: ChangeUserTags,
    private readonly findUser: FindUser,
    private readonly ownUser: OwnUserGuard,
    private readonly users: UserRepository,
    private readonly changeAliases: ChangeAliases,
  ) {}

  async execute(
    app: App,
    externalId: string,
    { aliases, ...patch }: UserPatch,
    caller: Caller,
    expected: Precondition | undefined,
  ): Promise<User> {
    await this.ownUser.check(app, externalId, caller);
    if (caller.kind === 'sdk' && aliases !== undefined) throw new FieldNotWritable(['/aliases']);
    if (caller.kind === 'sdk') return this.#bySdk(app, externalId, patch, expected);
    const pinned = expected && checkedUser(expected, await this.users.findByExternalId(app.id, externalId));
    const user = await this.#update(app, externalId, patch, { create: expected?.match === undefined, ...pinned });
    if (aliases === undefined) return user;
    await this.changeAliases.execute(user, aliases ?? []);
    return (await this.users.findById(app.id, user.userId)) ?? user;
  }

  async #bySdk(app: App, externalId: string, { tags, ...patch }: OwnPatch, expected: Precondition | undefined): Promise<User> {
    const { user } = await this.findUser.execute(app.id, externalId);
    const pinned = { create: false, ...checkedUser(expected, user) };
    checkSdkMayPatch(app.settings.sdkWritable, patch);
    const wished = tags === undefined ? undefined : tagsBySdk(app.settings.sdkWritable, 'user.tags', tags ?? [], user.tags);
    // What is pinned to a revision is one write: nobody else's can come between.
    if (pinned.expectedRevision !== undefined)
      return this.#update(app, externalId, { ...patch, ...(wished !== undefined && { tags: [...wished] }) }, pinned);
    const updated = await this.#update(app, externalId, patch, pinned);
    if (wished === undefined) return updated;
    // As a difference, so that a tag which a server adds meanwhile stays.
    const change = { add: wished.filter((tag) => !user.tags.includes(tag)), remove: user.tags.filter((tag) => !wished.includes(tag)) };
    return this.changeUserTags.execute(app.id, externalId, change, { maxTags: app.settings.maxTags });
  }

  #update(app: App, externalId: string, patch: OwnPatch, options: Omit<UpdateUserOptions, 'maxTags'>): Promise<User> {
    return this.updateUser.execute(app.id, externalId, patch, { ...options, maxTags: app.settings.maxTags });
  }
}

/** Throws FieldNotWritable unless an sdk key may change these; tags are checked by themselves. */
export function checkSdkMayPatch(
  sdkWritable: readonly SdkWritable[],
  { subscription, attributes }: Omit<UserPatch, 'tags' | 'aliases'>,
): void {
  if (subscription !== undefined && !sdkMayWrite(sdkWritable, 'user.subscription')) throw new FieldNotWritable(['/subscription']);
  if (attributes === null && !sdkMayWrite(sdkWritable, 'user.attributes')) throw new FieldNotWritable(['/attributes']);
  const names = Object.keys(attributes ?? {}).filter((name) => !sdkMayWrite(sdkWritable, 'user.attributes', name));
  if (names.length > 0) throw new FieldNotWritable(names.map((name) => `/attributes/${name}`));
}
