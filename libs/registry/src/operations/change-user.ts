import type { Clock, Fingerprinter, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import type { Installation } from '../installation.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { UserWish } from './register-installation.ts';

export interface ChangeUserCommand {
  readonly app: string;
  readonly installationId: string;
  readonly externalId: UserWish;
  readonly expectedRevision?: number;
  readonly settings: RegistrySettings;
}

export interface ChangedUser {
  readonly installation: Installation;
  readonly changed: boolean;
  readonly previousUserId: string;
  readonly previousExternalId: string | null;
}

/**
 * Moves an installation to another user (R22–R31; what Braze calls changeUser): identify, merge or change hands. The same user again changes nothing (R3).
 * Throws InstallationNotFound, RevisionMismatch, TooManyConflicts.
 */
export class ChangeUser {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly fingerprinter: Fingerprinter,
    private readonly random: Random,
  ) {}

  async execute(command: ChangeUserCommand): Promise<ChangedUser> {
    throw new Error('not yet');
  }
}
