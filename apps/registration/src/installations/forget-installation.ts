import type { App } from '#libs/access';
import { checkPrecondition, revisionPinned, type Precondition } from '#libs/api';
import { InstallationNotFound, type RemoveInstallation } from '#libs/registry';
import type { Caller, InstallationGuard } from '#libs/registry-http';

/** Removes an installation for whoever may act for it. Throws InstallationNotFound if somebody else was faster. */
export class ForgetInstallation {
  constructor(
    private readonly removeInstallation: RemoveInstallation,
    private readonly guard: InstallationGuard,
  ) {}

  async execute(app: App, id: string, caller: Caller, expected: Precondition | undefined): Promise<void> {
    const { revision } = await this.guard.installationFor(app, id, caller);
    checkPrecondition(expected, revision);
    const removed = await this.removeInstallation.execute(app.id, id, revisionPinned(expected, revision).expectedRevision);
    if (!removed) throw new InstallationNotFound(id);
  }
}
