import type { Clock, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { Installation } from '../installation.ts';

export interface TagChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
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

  async execute(
    app: string,
    installationId: string,
    change: TagChange,
    options: { maxTags: number; expectedRevision?: number },
  ): Promise<Installation> {
    throw new Error('not yet');
  }
}
