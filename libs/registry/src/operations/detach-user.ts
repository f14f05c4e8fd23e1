import type { Clock, Fingerprinter, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { changedFrom, type ChangedUser } from './change-user.ts';
import { InstallationWriter } from './installation-writer.ts';

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
  readonly #writer: InstallationWriter;

  constructor(installations: InstallationRepository, users: UserRepository, clock: Clock, fingerprinter: Fingerprinter, random: Random) {
    this.#writer = new InstallationWriter(installations, users, clock, fingerprinter, random);
  }

  async execute(command: DetachUserCommand): Promise<ChangedUser> {
    const device = { by: 'server', mustExist: true, isSeen: false, startsSession: false, fields: {} } as const;
    return changedFrom(await this.#writer.write({ ...device, ...command, externalId: null }));
  }
}
