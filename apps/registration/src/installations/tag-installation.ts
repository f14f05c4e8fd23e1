import type { App } from '#libs/access';
import { checkPrecondition, revisionPinned, type Precondition } from '#libs/api';
import type { ChangeInstallationTags, Installation, TagChange } from '#libs/registry';
import { checkSdkMayTag, type Caller, type InstallationGuard } from '#libs/registry-http';

/** Adds and removes tags of an installation for whoever may act for it; an sdk key only those that the app opened. */
export class TagInstallation {
  constructor(
    private readonly changeTags: ChangeInstallationTags,
    private readonly guard: InstallationGuard,
  ) {}

  async execute(app: App, id: string, change: TagChange, caller: Caller, expected: Precondition | undefined): Promise<Installation> {
    const { revision } = await this.guard.installationFor(app, id, caller);
    checkPrecondition(expected, revision);
    if (caller.kind === 'sdk') checkSdkMayTag(app.settings.sdkWritable, 'installation.tags', change);
    return this.changeTags.execute(app.id, id, change, {
      maxTags: app.settings.maxTags,
      ...revisionPinned(expected, revision),
    });
  }
}
