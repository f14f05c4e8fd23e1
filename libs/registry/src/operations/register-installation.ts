import type { Clock, Fingerprinter, PushToken, Random } from '#libs/kernel';
import type { Installation } from '../installation.ts';
import type { InstallationFields } from '../installation-fields.ts';
import type { InstallationRepository } from '../installation.repository.ts';
import type { RegistrySettings } from '../registry-settings.ts';
import type { UserRepository } from '../user.repository.ts';

/** Who the installation shall belong to: a user by the app's own id. `verified`: a signed token or a server key said so. */
export interface UserWish {
  readonly value: string;
  readonly verified: boolean;
}

/** R7a, for sdk calls: what proves the installation. Both are SHA-256 of the secret, hex. */
export interface SecretProof {
  /** Stored when the installation is new, or server-made and this call carries the very token stored. */
  readonly offered: string;
  /** From `X-Installation-Secret`; null when the call has none. */
  readonly shown: string | null;
}

export interface RegisterInstallationCommand {
  readonly app: string;
  readonly installationId: string;
  readonly by: 'sdk' | 'server';
  readonly fields: InstallationFields;
  /** Absent: unchanged; null: the installation has none any more. */
  readonly token?: PushToken | null;
  /** Absent: unchanged; null: detach (R6). */
  readonly externalId?: UserWish | null;
  readonly startsSession: boolean;
  /** From `If-Match`. */
  readonly expectedRevision?: number;
  /** Give it for sdk keys; without it nothing is checked or stored. */
  readonly secret?: SecretProof;
  readonly settings: RegistrySettings;
}

export interface RegisteredInstallation {
  readonly installation: Installation;
  readonly created: boolean;
  readonly tokenChanged: boolean;
  /** The offered secret is the installation's now: tell it to the caller, once. */
  readonly secretStored: boolean;
}

/**
 * Registers an installation or registers it again, refreshes its token and starts its session: the one call per app start. Safe to repeat.
 * Throws PlatformRequired, RevisionMismatch, InstallationSecretInvalid, TooManyTags, TagInvalid, TooManyAttributes, TooManyConflicts.
 */
export class RegisterInstallation {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly clock: Clock,
    private readonly fingerprinter: Fingerprinter,
    private readonly random: Random,
  ) {}

  async execute(command: RegisterInstallationCommand): Promise<RegisteredInstallation> {
    throw new Error('not yet');
  }
}
