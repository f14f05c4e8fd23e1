import { installationRemovedV1 } from '#libs/events';
import { StaleRevision, type Clock, type Random } from '#libs/kernel';
import { RevisionMismatch } from '../registry-errors.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import type { UserRepository } from '../user/user.repository.ts';
import { InstallationDraft } from './installation-draft.ts';
import type { InstallationRepository } from './installation.repository.ts';
import type { Installation } from './installation.ts';
import { tombstone } from './registration.ts';

/**
 * Deletes an installation; a tombstone keeps its revision for a re-creation. Answers false where there was none.
 * Throws RevisionMismatch, TooManyConflicts.
 */
export class RemoveInstallation {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, installationId: string, expectedRevision?: number): Promise<boolean> {
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, installationId);
      if (expectedRevision !== undefined && expectedRevision !== current?.revision) {
        throw new RevisionMismatch(expectedRevision, current?.revision ?? null);
      }
      if (!current) return false;
      await this.#remove(current);
      return true;
    });
  }

  async #remove(current: Installation): Promise<void> {
    const { app, userId, externalId } = current;
    const draft = InstallationDraft.after(current, this.clock.now());
    draft.write('removed', { from: current, reason: 'deleted' });
    draft.set(tombstone(this.clock.now()));
    draft.say(installationRemovedV1, (facts) => ({ ...facts, userId, externalId }));
    const { installation, events, ledger } = draft.finish();
    await this.installations.save(installation, events, ledger);
    if (externalId === null) await retryWhenStale(this.random, () => this.#forget(app, userId));
  }

  /** An anonymous user is nobody without its installation; one that became known in the meantime stays. Throws StaleRevision if it has changed. */
  async #forget(app: string, userId: string): Promise<void> {
    const user = await this.users.findUnmerged(app, userId);
    if (user?.externalId !== null || user.mergedInto !== null) return;
    const others = await this.installations.findByUser(app, userId, 1);
    if (others.length === 0 && !(await this.users.remove(user))) throw new StaleRevision(userId);
  }
}
