import type { App } from '#libs/access';
import type { Caller, InstallationGuard } from '#libs/registry-http';
import { UserNotOwn } from './user-not-own.ts';

/** Lets an sdk key at the user that owns its proven installation, and at no other. */
export class OwnUserGuard {
  constructor(private readonly guard: InstallationGuard) {}

  /** Throws UserNotOwn, InstallationSecretInvalid, UserTokenRefused. */
  async check(app: App, externalId: string, caller: Caller): Promise<void> {
    if (caller.kind === 'server') return;
    if (caller.installationId === undefined) throw new UserNotOwn();
    const installation = await this.guard.installationFor(app, caller.installationId, caller);
    if (installation.externalId !== externalId) throw new UserNotOwn();
  }
}
