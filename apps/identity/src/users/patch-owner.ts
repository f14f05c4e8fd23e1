import type { App } from '#libs/access';
import type { TrackUser, TrackedChange, User } from '#libs/registry';
import { checkSdkMayTag, type Caller, type InstallationGuard } from '#libs/registry-http';
import { checkSdkMayPatch } from './patch-user.ts';

/** Changes what is known of the owner of an installation, whoever that is; an sdk key only what the app opened. */
export class PatchOwner {
  constructor(
    private readonly guard: InstallationGuard,
    private readonly trackUser: TrackUser,
  ) {}

  /** Throws InstallationNotFound, InstallationSecretInvalid, UserTokenRefused, FieldNotWritable, TagNotWritable, TooManyTags, TooManyAttributes, AttributeMismatch. */
  async execute(app: App, id: string, { change, tags }: Omit<TrackedChange, 'events'>, caller: Caller): Promise<User> {
    const { externalId } = await this.guard.installationFor(app, id, caller);
    const { sdkWritable, maxTags } = app.settings;
    if (caller.kind === 'sdk') {
      checkSdkMayPatch(sdkWritable, change ?? {});
      if (tags) checkSdkMayTag(sdkWritable, 'user.tags', tags, '/tags');
    }
    // A user whom the guard has seen: another one may take the installation over meanwhile.
    const name = externalId === null ? { installation: id } : { externalId };
    const { user } = await this.trackUser.execute(app.id, name, { ...(change && { change }), ...(tags && { tags }) }, maxTags);
    return user;
  }
}
