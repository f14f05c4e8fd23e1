import type { Clock, Fingerprinter, PushToken, Random } from '#libs/kernel';
import type { InstallationRepository } from '../installation.repository.ts';
import type { UserRepository } from '../user.repository.ts';
import type { InstallationFields } from '../installation-fields.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { RegisteredInstallation } from './register-installation.ts';

export interface StartSessionCommand {
  readonly app: string;
  readonly installationId: string;
  readonly by: 'sdk' | 'server';
  readonly token?: PushToken | null;
  /** What the app found changed at its start, such as `permission`. */
  readonly fields?: InstallationFields;
  readonly settings: RegistrySettings;
}

/**
 * The light session start: without a token only `lastSeenAt` moves; the same token is confirmed (R11), another one replaces it (R8).
 * Throws InstallationNotFound, RevisionMismatch, TooManyConflicts.
 */
export class StartSession {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly fingerprinter: Fingerprinter,
    private readonly random: Random,
  ) {}

  async execute(command: StartSessionCommand): Promise<RegisteredInstallation> {
    throw new Error('not yet');
  }
}
