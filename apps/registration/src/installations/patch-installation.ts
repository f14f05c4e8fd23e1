import type { App } from '#libs/access';
import { checkPrecondition, pinsRevision, type Precondition } from '#libs/api';
import type { Installation, RegisterInstallation } from '#libs/registry';
import type { Caller, InstallationGuard } from '#libs/registry-http';
import { fieldsOf } from './fields-of.ts';
import type { PatchedInstallation } from './installation-bodies.ts';
import { changesBetween, keepsToken, patchableView, withoutToken, type PatchableView } from './patchable-view.ts';
import { tokenWish } from './push-token-of.ts';
import { retryStale } from './retry-stale.ts';
import { fieldsBySdk } from './sdk-fields.ts';

interface PatchCommand {
  readonly app: App;
  readonly id: string;
  readonly caller: Caller;
  readonly expected: Precondition | undefined;
  /** Makes the document that the caller wants out of the one there is. */
  readonly patch: (view: PatchableView) => unknown;
  /** Throws RequestInvalid with all that is wrong with the patched document; what the patch left alone is not asked about again. */
  readonly check: (patched: unknown, view: PatchableView) => PatchedInstallation;
}

/** Changes fields of an installation; what the patch leaves alone is not written, and no session starts. */
export class PatchInstallation {
  constructor(
    private readonly registerInstallation: RegisterInstallation,
    private readonly guard: InstallationGuard,
  ) {}

  async execute(command: PatchCommand): Promise<Installation> {
    return retryStale(pinsRevision(command.expected), () => this.#attempt(command));
  }

  async #attempt({ app, id, caller, expected, patch, check }: PatchCommand): Promise<Installation> {
    const present = await this.guard.installationFor(app, id, caller);
    checkPrecondition(expected, present.revision);
    const { wanted, changes } = changesOf(patchableView(present), patch, check);
    if (Object.keys(changes).length === 0) return present;
    const fields = fieldsOf(changes);
    const { installation } = await this.registerInstallation.execute({
      app: app.id,
      installationId: id,
      by: caller.kind,
      fields: caller.kind === 'sdk' ? fieldsBySdk(app.settings, fields, present) : fields,
      ...tokenWish(wanted.provider, changes.token),
      startsSession: false,
      expectedRevision: present.revision,
      found: present,
      settings: app.settings,
    });
    return installation;
  }
}

function changesOf(view: PatchableView, patch: PatchCommand['patch'], check: PatchCommand['check']) {
  const patched = patch(view);
  const keeps = keepsToken(patched);
  const before = keeps ? withoutToken(view) : view;
  const wanted = check(keeps ? withoutToken(patched) : patched, before);
  return { wanted, changes: changesBetween(before, wanted) };
}
