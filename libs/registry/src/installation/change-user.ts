import type { Clock, Fingerprinter, Random } from '#libs/kernel';
import type { RegistrySettings } from '../registry-settings.ts';
import type { UserRepository } from '../user/user.repository.ts';
import { InstallationWriter, type UserWish, type WrittenInstallation } from './installation-writer.ts';
import type { InstallationRepository } from './installation.repository.ts';
import type { Installation } from './installation.ts';

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
  readonly #writer: InstallationWriter;

  constructor(installations: InstallationRepository, users: UserRepository, clock: Clock, fingerprinter: Fingerprinter, random: Random) {
    this.#writer = new InstallationWriter(installations, users, clock, fingerprinter, random);
  }

  async execute(command: ChangeUserCommand): Promise<ChangedUser> {
    const device = { by: 'server', mustExist: true, isSeen: false, startsSession: false, fields: {} } as const;
    return changedFrom(await this.#writer.write({ ...device, ...command }));
  }
}

/** What the caller of a change of user is told. */
function changedFrom({ before, installation }: WrittenInstallation): ChangedUser {
  const previousUserId = before?.userId ?? installation.userId;
  const previousExternalId = before?.externalId ?? null;
  const changed = previousUserId !== installation.userId || previousExternalId !== installation.externalId;
  return { installation, changed, previousUserId, previousExternalId };
}

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
