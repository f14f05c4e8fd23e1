import type { Clock, Fingerprinter, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { ChangedUser } from './change-user.ts';

export interface DetachUserCommand {
  readonly app: string;
  readonly installationId: string;
  readonly expectedRevision?: number;
  readonly settings: RegistrySettings;
}

/**
 * Takes the known user off an installation, which gets a fresh anonymous one (R6). An anonymous installation stays as it is.
 * Throws InstallationNotFound, RevisionMismatch, TooManyConflicts.
 */
export class DetachUser {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly fingerprinter: Fingerprinter,
    private readonly random: Random,
  ) {}

  async execute(command: DetachUserCommand): Promise<ChangedUser> {
    throw new Error('not yet');
  }
}
