import type { App } from '#libs/access';
import { checkPrecondition, revisionPinned, type Precondition } from '#libs/api';
import {
  InstallationNotFound,
  InstallationSecretInvalid,
  type ChangeUser,
  type ChangedUser,
  type DetachUser,
  type InstallationRepository,
} from '#libs/registry';
import { isProven, type Caller, type InstallationGuard } from '#libs/registry-http';

/** Binds an installation to a user, or takes the user off it, for whoever may act for both. */
export class BindUser {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly changeUser: ChangeUser,
    private readonly detachUser: DetachUser,
    private readonly guard: InstallationGuard,
  ) {}

  /** An sdk key proves its installation and, where the app asks for it, the user that it binds; who had it before does not matter (R7, R22). */
  async bind(app: App, id: string, externalId: string, caller: Caller, expected: Precondition | undefined): Promise<ChangedUser> {
    const installation = await this.installations.findById(app.id, id);
    if (caller.kind === 'sdk' && !(installation && isProven(installation, caller))) throw new InstallationSecretInvalid();
    if (!installation) throw new InstallationNotFound(id);
    const verified = await this.guard.provenUser(app, externalId, caller);
    checkPrecondition(expected, installation.revision);
    return this.changeUser.execute({
      app: app.id,
      installationId: id,
      externalId: { value: externalId, verified },
      ...revisionPinned(expected, installation.revision),
      settings: app.settings,
    });
  }

  async detach(app: App, id: string, caller: Caller, expected: Precondition | undefined): Promise<ChangedUser> {
    const { revision } = await this.guard.installationFor(app, id, caller);
    checkPrecondition(expected, revision);
    return this.detachUser.execute({
      app: app.id,
      installationId: id,
      ...revisionPinned(expected, revision),
      settings: app.settings,
    });
  }
}
