import type { Clock, Random } from '#libs/kernel';
import { changedTags, type TagChange } from '../audience/tag-set.ts';
import { InstallationNotFound, RevisionMismatch } from '../registry-errors.ts';
import { retryWhenStale } from '../retry-when-stale.ts';
import { InstallationDraft } from './installation-draft.ts';
import type { InstallationRepository } from './installation.repository.ts';
import type { Installation } from './installation.ts';

export interface InstallationTagOptions {
  readonly maxTags: number;
  readonly expectedRevision?: number;
}

/**
 * Adds and removes tags of an installation, free of races.
 * Throws InstallationNotFound, TooManyTags, TagInvalid, RevisionMismatch, TooManyConflicts.
 */
export class ChangeInstallationTags {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  async execute(app: string, installationId: string, change: TagChange, options: InstallationTagOptions): Promise<Installation> {
    return retryWhenStale(this.random, async () => {
      const current = await this.installations.findById(app, installationId);
      if (!current) throw new InstallationNotFound(installationId);
      const { maxTags, expectedRevision } = options;
      if (expectedRevision !== undefined && expectedRevision !== current.revision)
        throw new RevisionMismatch(expectedRevision, current.revision);
      const draft = InstallationDraft.after(current, this.clock.now());
      draft.set({ tags: changedTags(current.tags, change, maxTags) });
      const { installation, events, ledger, isChanged } = draft.finish();
      if (!isChanged) return current;
      await this.installations.save(installation, events, ledger);
      return installation;
    });
  }
}
