import type { App } from '#libs/access';
import { checkPrecondition, revisionPinned, type Precondition } from '#libs/api';
import { InstallationNotFound, type InstallationRepository, type RegisteredInstallation, type StartSession } from '#libs/registry';
import type { Caller, InstallationGuard } from '#libs/registry-http';
import type { SessionBody } from './installation-bodies.ts';
import { fieldsOf, tokenWish } from './said-fields.ts';

/** The light session start. An unknown id is InstallationNotFound for every key: it tells the SDK to register. */
export class OpenSession {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly startSession: StartSession,
    private readonly guard: InstallationGuard,
  ) {}

  async execute(
    app: App,
    id: string,
    body: SessionBody,
    caller: Caller,
    expected: Precondition | undefined,
  ): Promise<RegisteredInstallation> {
    const found = await this.installations.findById(app.id, id);
    if (!found) throw new InstallationNotFound(id);
    const { provider, revision } = await this.guard.admit(app, found, caller);
    checkPrecondition(expected, revision);
    return this.startSession.execute({
      app: app.id,
      installationId: id,
      by: caller.kind,
      fields: fieldsOf(body),
      ...tokenWish(provider, body.token),
      ...revisionPinned(expected, revision),
      found,
      settings: app.settings,
    });
  }
}
