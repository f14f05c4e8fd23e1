import type { Clock, Fingerprinter, PushToken, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import type { InstallationFields } from '../installation-fields.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import { InstallationWriter } from './installation-writer.ts';
import { registeredFrom, type RegisteredInstallation } from './register-installation.ts';

export interface StartSessionCommand {
  readonly app: string;
  readonly installationId: string;
  readonly by: 'sdk' | 'server';
  readonly token?: PushToken | null;
  /** What the app found changed at its start, such as `permission`. */
  readonly fields?: InstallationFields;
  readonly expectedRevision?: number;
  readonly settings: RegistrySettings;
}

/**
 * The light session start: without a token only `lastSeenAt` moves; the same token is confirmed (R11), another one replaces it (R8).
 * Throws InstallationNotFound, RevisionMismatch, TooManyConflicts.
 */
export class StartSession {
  readonly #writer: InstallationWriter;

  constructor(installations: InstallationRepository, users: UserRepository, clock: Clock, fingerprinter: Fingerprinter, random: Random) {
    this.#writer = new InstallationWriter(installations, users, clock, fingerprinter, random);
  }

  async execute(command: StartSessionCommand): Promise<RegisteredInstallation> {
    const { fields = {} } = command;
    return registeredFrom(await this.#writer.write({ ...command, fields, mustExist: true, isSeen: true, startsSession: true }));
  }
}
